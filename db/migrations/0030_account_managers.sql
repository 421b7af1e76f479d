-- The colleague who looks after a client, and the version that an edit of its details is based on.
ALTER TABLE organisation ADD COLUMN IF NOT EXISTS account_manager_id uuid;
ALTER TABLE organisation ADD COLUMN version integer NOT NULL DEFAULT 1;

-- A copy for lists, which follow one index in order: kept by the database, so that it cannot differ.
ALTER TABLE onboarding ADD COLUMN account_manager_id uuid;
CREATE FUNCTION copy_account_manager() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'onboarding' THEN
    NEW.account_manager_id := (SELECT g.account_manager_id FROM organisation g WHERE g.id = NEW.organisation_id);
  ELSE
    UPDATE onboarding SET account_manager_id = NEW.account_manager_id WHERE organisation_id = NEW.id;
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION copy_account_manager FROM PUBLIC;
GRANT EXECUTE ON FUNCTION copy_account_manager TO embark_api, embark_worker;
CREATE TRIGGER copy_account_manager BEFORE INSERT ON onboarding FOR EACH ROW EXECUTE FUNCTION copy_account_manager();
CREATE TRIGGER copy_account_manager AFTER UPDATE OF account_manager_id ON organisation FOR EACH ROW
  WHEN (OLD.account_manager_id IS DISTINCT FROM NEW.account_manager_id) EXECUTE FUNCTION copy_account_manager();

CREATE INDEX onboarding_manager ON onboarding (practice_id, account_manager_id, created_at DESC, id DESC)
  WHERE account_manager_id IS NOT NULL;
CREATE INDEX onboarding_manager_waiting ON onboarding (practice_id, account_manager_id, since, id)
  WHERE account_manager_id IS NOT NULL AND move IS NOT NULL;

-- The list opens on what needs attention or is with us, waiting longest first.
CREATE INDEX onboarding_blocked_waiting ON onboarding (practice_id, blocked_by, since, id) WHERE move IS NOT NULL;
CREATE INDEX onboarding_move_waiting ON onboarding (practice_id, move, since, id) WHERE move IS NOT NULL;
