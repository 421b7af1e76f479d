-- When the bank step of a client is done, as the practice chose it: with the first bank, or when the client says that these are
-- all their banks. The second is copied to each onboarding, whose row is written often and holds no usual choice; and the
-- instant at which that was said.
ALTER TABLE practice ADD COLUMN bank_done_when text NOT NULL DEFAULT 'first_bank'
  CHECK (bank_done_when IN ('first_bank', 'client_says'));
GRANT UPDATE (bank_done_when) ON practice TO embark_api;
ALTER TABLE onboarding ADD COLUMN bank_done_when text CHECK (bank_done_when = 'client_says');
ALTER TABLE onboarding_step ADD COLUMN said_all_at timestamptz;
