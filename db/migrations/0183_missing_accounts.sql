-- An account that a visit to its bank left out: it is not shared any more, and its match is kept until the client says
-- that it is closed, or chooses accounts again.
ALTER TABLE connection_account ADD COLUMN missing_since timestamptz;
CREATE VIEW shared_account WITH (security_invoker = true) AS
  SELECT id, practice_id, connection_id, external_id, name, holder, currency, sort_code, account_number, iban, code
  FROM connection_account WHERE missing_since IS NULL;
GRANT SELECT ON shared_account TO embark_api, embark_worker;
