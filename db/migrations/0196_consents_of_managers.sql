-- Bank access of one account manager follows an index in the order of its ends: one of many managers has few of the rows
-- of a view. A copy like that of the onboarding, from which it is taken: kept by the database, so that it cannot differ.
ALTER TABLE connection ADD COLUMN account_manager_id uuid;
CREATE FUNCTION copy_manager_to_connections() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'connection' THEN
    NEW.account_manager_id := (SELECT o.account_manager_id FROM onboarding o WHERE o.id = NEW.onboarding_id);
  ELSE
    UPDATE connection SET account_manager_id = NEW.account_manager_id WHERE onboarding_id = NEW.id;
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION copy_manager_to_connections FROM PUBLIC;
CREATE TRIGGER copy_manager BEFORE INSERT ON connection FOR EACH ROW EXECUTE FUNCTION copy_manager_to_connections();
CREATE TRIGGER copy_manager AFTER UPDATE OF account_manager_id ON onboarding FOR EACH ROW
  WHEN (OLD.account_manager_id IS DISTINCT FROM NEW.account_manager_id) EXECUTE FUNCTION copy_manager_to_connections();
UPDATE connection c SET account_manager_id = o.account_manager_id FROM onboarding o
  WHERE o.id = c.onboarding_id AND o.account_manager_id IS NOT NULL;

CREATE INDEX consent_by_manager ON connection (practice_id, account_manager_id, consent_ends_ms, id)
  WHERE consent_state IS NOT NULL AND account_manager_id IS NOT NULL;
