-- A completed client whose access has ended is not asked while the bank is down, and the row says so. As an outage begins or
-- ends, the rows of those who are asked by time are turned into what they are, for the worker to write them again within a
-- minute: at most the clients whose access at that bank ended in the last week, for later the practice has the move.
CREATE FUNCTION turn_clients_of_bank() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  BEGIN
    UPDATE onboarding o SET turns_at = clock_timestamp(), turns_blocked_by = o.blocked_by, turns_move = o.move,
      turns_also_blocked_by = o.also_blocked_by, turns_also_move = o.also_move
    FROM connection c
    WHERE c.kind = 'bank' AND c.institution = NEW.institution AND c.onboarding_id = o.id AND o.completed_at IS NOT NULL
      AND c.consent_state IN ('standing', 'expired')
      AND c.consent_ends_ms BETWEEN epoch_ms(now() - interval '7 days') AND epoch_ms(now());
    RETURN NULL;
  END $$;
REVOKE EXECUTE ON FUNCTION turn_clients_of_bank FROM PUBLIC;

CREATE TRIGGER bank_outage_begins AFTER INSERT ON bank_outage
  FOR EACH ROW EXECUTE FUNCTION turn_clients_of_bank();
CREATE TRIGGER bank_outage_ends AFTER UPDATE OF ended_at ON bank_outage
  FOR EACH ROW EXECUTE FUNCTION turn_clients_of_bank();

-- Those in an outage that stands.
UPDATE bank_outage SET ended_at = NULL WHERE ended_at IS NULL;
