-- The outage of its bank that the row of an awaited bank's client says, so that the worker writes the row again once when an
-- outage begins, and once when it ends.
ALTER TABLE bank_ask ADD COLUMN outage_id uuid;
CREATE INDEX bank_ask_of_bank ON bank_ask (institution) WHERE is_awaited AND done_at IS NULL AND dropped_at IS NULL;
CREATE INDEX bank_ask_in_outage ON bank_ask (outage_id) WHERE outage_id IS NOT NULL;

CREATE FUNCTION clients_of_awaited_banks(at_most integer) RETURNS TABLE (practice_id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT b.practice_id, b.onboarding_id FROM bank_outage d JOIN bank_ask b ON b.institution = d.institution
    WHERE d.ended_at IS NULL AND b.is_awaited AND b.done_at IS NULL AND b.dropped_at IS NULL
      AND b.outage_id IS DISTINCT FROM d.id
    UNION
    SELECT b.practice_id, b.onboarding_id FROM bank_ask b
    WHERE b.outage_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM bank_outage d WHERE d.id = b.outage_id AND d.ended_at IS NULL)
    LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION clients_of_awaited_banks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_of_awaited_banks TO embark_worker;
