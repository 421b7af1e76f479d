-- The bank that staff asked a client for beside those shared, and whether completion waits for it. One that is not awaited
-- goes once it is answered or replaced; an awaited one stays as a row of the steps.
CREATE TABLE bank_ask (
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  id uuid NOT NULL,
  practice_id uuid NOT NULL REFERENCES practice,
  institution text, -- null: the client chooses
  institution_name text,
  is_awaited boolean NOT NULL,
  asked_at timestamptz NOT NULL,
  done_at timestamptz,
  dropped_at timestamptz, -- since when staff say that it is not needed
  took_back timestamptz, -- the completion that it took back, for whoever undoes it
  PRIMARY KEY (onboarding_id, id),
  CONSTRAINT bank_ask_ended_once CHECK (num_nonnulls(done_at, dropped_at) <= 1),
  CONSTRAINT bank_ask_rows_are_awaited CHECK (is_awaited OR num_nonnulls(done_at, dropped_at, took_back) = 0)
);
ALTER TABLE bank_ask ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bank_ask USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE, DELETE ON bank_ask TO embark_api, embark_worker;

-- A request that has not left is wanted while its bank is asked for.
INSERT INTO bank_ask (onboarding_id, id, practice_id, is_awaited, asked_at)
SELECT DISTINCT ON (onboarding_id) onboarding_id, gen_random_uuid(), practice_id, false, created_at
FROM message WHERE purpose = 'another_bank' AND state IN ('queued', 'sending');
