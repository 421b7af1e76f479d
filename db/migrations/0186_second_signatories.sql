-- A further bank has no step to say that a second signatory has to approve, so its session does.
ALTER TABLE auth_session ADD COLUMN is_with_signatory boolean NOT NULL DEFAULT false;
