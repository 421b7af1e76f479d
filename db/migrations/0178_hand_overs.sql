-- A colleague takes over the clients that rest on another's sign-in at a ledger, by signing in there. Each client is switched
-- once the new sign-in has read its organisation.
CREATE TABLE hand_over (
  id uuid PRIMARY KEY,
  practice_id uuid NOT NULL REFERENCES practice,
  sign_in_id uuid NOT NULL, -- the one handed over, which is deleted with its last client
  provider text NOT NULL,
  to_person uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at timestamptz,
  outcomes jsonb -- by connection, once done
);
ALTER TABLE hand_over ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON hand_over USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE, DELETE ON hand_over TO embark_api;
CREATE INDEX hand_over_latest ON hand_over (practice_id, asked_at);
CREATE UNIQUE INDEX hand_over_open ON hand_over (sign_in_id) WHERE done_at IS NULL;

ALTER TABLE auth_session ADD COLUMN hand_over_id uuid REFERENCES hand_over ON DELETE CASCADE;
ALTER TABLE auth_session DROP CONSTRAINT auth_session_is_somebodys;
ALTER TABLE auth_session ADD CONSTRAINT auth_session_is_somebodys
  CHECK (num_nonnulls(onboarding_id, draft_id, hand_over_id) = 1);
ALTER TABLE auth_session ADD CONSTRAINT hand_overs_have_books CHECK (hand_over_id IS NULL OR step = 'books');
CREATE INDEX auth_session_of_hand_over ON auth_session (hand_over_id) WHERE hand_over_id IS NOT NULL;
