-- Since when the client does not want to share a bank that staff asked for: nobody reminds them, and the practice decides.
ALTER TABLE bank_ask ADD COLUMN stopped_at timestamptz;
