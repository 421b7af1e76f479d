-- Whether colleagues may confirm what a bank shares for clients who have agreed: the practice's choice, off at first.
ALTER TABLE practice ADD COLUMN confirm_for_clients boolean NOT NULL DEFAULT false;
GRANT UPDATE (confirm_for_clients) ON practice TO embark_api;

-- What a colleague wrote when confirming: kept out of the log, so that it can be erased.
CREATE TABLE confirmation_note (
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  event_key text NOT NULL,
  note text NOT NULL CHECK (length(note) <= 500),
  PRIMARY KEY (onboarding_id, event_key)
);
ALTER TABLE confirmation_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON confirmation_note USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, DELETE ON confirmation_note TO embark_api;
