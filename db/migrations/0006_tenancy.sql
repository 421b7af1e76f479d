-- Every tenant table is closed without a tenant: both roles see the rows of app.practice_id and no others.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['api_key', 'idempotency_key', 'organisation', 'income_source', 'onboarding', 'onboarding_step',
    'event', 'invitation', 'link', 'link_view', 'message', 'provider_event', 'text_opt_out', 'told', 'auth_session', 'connection',
    'connection_account', 'account_mapping']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (practice_id = (SELECT current_practice())) WITH CHECK (practice_id = (SELECT current_practice()))', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO embark_api, embark_worker', t);
  END LOOP;
END $$;
ALTER TABLE practice ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON practice USING (id = (SELECT current_practice()));
GRANT SELECT ON practice TO embark_api, embark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit TO embark_api;

-- The log is append-only, keys are made by the operator's command, a client is erased and never deleted.
REVOKE UPDATE, DELETE ON event FROM embark_api, embark_worker;
REVOKE INSERT, UPDATE, DELETE ON api_key FROM embark_api, embark_worker;
REVOKE DELETE ON organisation, onboarding, onboarding_step, invitation, link, message, connection, auth_session
  FROM embark_api, embark_worker;

-- Attempts of the worker's local activities must never overlap: a statement ends before the attempt's time-out does.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('embark roles'));
  ALTER ROLE embark_worker SET statement_timeout = '4s';
  ALTER ROLE embark_worker SET lock_timeout = '3s';
  ALTER ROLE embark_api SET statement_timeout = '10s';
  ALTER ROLE embark_api SET lock_timeout = '5s';
  ALTER ROLE embark_api SET idle_in_transaction_session_timeout = '15s';
  ALTER ROLE embark_worker SET idle_in_transaction_session_timeout = '15s';
END $$;
