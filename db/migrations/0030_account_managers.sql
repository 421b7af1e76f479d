-- The colleague who looks after a client, and the version that an edit of its details is based on.
ALTER TABLE organisation ADD COLUMN IF NOT EXISTS account_manager_id uuid;
ALTER TABLE organisation ADD COLUMN version integer NOT NULL DEFAULT 1;
CREATE INDEX organisation_manager ON organisation (practice_id, account_manager_id) WHERE account_manager_id IS NOT NULL;

-- The list opens on what needs attention or is with us, waiting longest first.
CREATE INDEX onboarding_blocked_waiting ON onboarding (practice_id, blocked_by, since, id) WHERE move IS NOT NULL;
CREATE INDEX onboarding_move_waiting ON onboarding (practice_id, move, since, id) WHERE move IS NOT NULL;
