-- One person's authorisation at a ledger, with the tokens that all its connections share. The refresh token changes with
-- use, so a refresh locks the row.
CREATE TABLE sign_in (
  id uuid PRIMARY KEY,
  practice_id uuid NOT NULL REFERENCES practice,
  provider text NOT NULL,
  subject text, -- the ledger's own id of what was authorised; a second authorisation of the same replaces the tokens
  opened_by text NOT NULL CHECK (opened_by IN ('client', 'practice', 'support')),
  opened_by_person uuid, -- the colleague; null for clients and API keys
  tokens_sealed text NOT NULL,
  used_at timestamptz NOT NULL, -- the last time that the ledger gave tokens
  ends_if_unused_at timestamptz, -- null where the ledger names no end
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT sign_in_of_subject UNIQUE (practice_id, provider, subject)
);
ALTER TABLE sign_in ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON sign_in USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in TO embark_api, embark_worker;

ALTER TABLE connection ADD COLUMN sign_in_id uuid REFERENCES sign_in;
ALTER TABLE auth_session ADD COLUMN sign_in_id uuid REFERENCES sign_in;
CREATE INDEX connection_of_sign_in ON connection (sign_in_id) WHERE sign_in_id IS NOT NULL;
CREATE INDEX auth_session_of_sign_in ON auth_session (sign_in_id) WHERE sign_in_id IS NOT NULL;

-- A connection from before has a sign-in of its own, under its id, which the seal of its tokens names. The ledger says
-- whose it is at the next refresh.
INSERT INTO sign_in (id, practice_id, provider, opened_by, opened_by_person, tokens_sealed, used_at)
  SELECT c.id, c.practice_id, c.provider, s.opened_by, s.opened_by_person, c.tokens_sealed, c.created_at
  FROM connection c JOIN auth_session s ON s.id = c.session_id
  WHERE c.tokens_sealed IS NOT NULL AND c.state IN ('connected', 'lost');
UPDATE connection c SET sign_in_id = s.id FROM sign_in s WHERE s.id = c.id;
ALTER TABLE connection DROP COLUMN tokens_sealed;

-- A trip whose organisation is not chosen yet holds its tokens where no sign-in can take them from: its person signs in again.
UPDATE auth_session SET status = 'failed', status_at = clock_timestamp(), failure = 'ended', grant_sealed = NULL
  WHERE step = 'books' AND grant_sealed IS NOT NULL;
