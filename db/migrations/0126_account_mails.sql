-- What became of mails about sign-ins, for support. Neither the address nor what a mail says is kept: rows are found again by
-- the hash of an address that somebody names. The id is the message's id at the provider.
CREATE TABLE account_mail (
  id uuid PRIMARY KEY,
  address_sha256 bytea NOT NULL CHECK (length(address_sha256) = 32),
  mail text NOT NULL,
  state text NOT NULL DEFAULT 'sending' CHECK (state IN
    ('sending', 'unknown', 'sent', 'delayed', 'delivered', 'bounced', 'complained', 'suppressed', 'failed')),
  reason text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  state_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX account_mail_of_address ON account_mail (address_sha256, created_at DESC);
CREATE INDEX account_mail_age ON account_mail (created_at);
GRANT SELECT, INSERT, UPDATE (state, reason, state_at) ON account_mail TO embark_api;
GRANT DELETE, SELECT (created_at, id) ON account_mail TO embark_worker;
