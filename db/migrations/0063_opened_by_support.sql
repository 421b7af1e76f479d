-- Support makes connections in its own name, not in that of the practice it helps.
ALTER TABLE auth_session DROP CONSTRAINT auth_session_opened_by_check;
ALTER TABLE auth_session ADD CONSTRAINT auth_session_opened_by_check
  CHECK (opened_by IN ('client', 'practice', 'support'));
