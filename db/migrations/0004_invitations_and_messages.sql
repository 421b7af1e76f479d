CREATE TABLE invitation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  generation integer NOT NULL,
  name text,
  email text,
  phone text,
  channels text[] NOT NULL CHECK (channels <@ '{email,sms,link}' AND cardinality(channels) > 0),
  message text CHECK (length(message) <= 500),
  inviter_name text,
  created_at timestamptz NOT NULL,
  claimed_at timestamptz,
  accepted_channel text,
  accepted_link_id uuid,
  texts_stopped_at timestamptz,
  UNIQUE (onboarding_id, generation),
  CHECK (NOT 'email' = ANY (channels) OR email IS NOT NULL),
  CHECK (NOT 'sms' = ANY (channels) OR phone IS NOT NULL)
);

CREATE INDEX invitation_email ON invitation (practice_id, email) WHERE email IS NOT NULL;
CREATE INDEX invitation_phone ON invitation (practice_id, phone) WHERE phone IS NOT NULL;

-- A token is derived, not stored: HMAC(key[key_id], id). Its hash finds the row.
CREATE TABLE link (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  invitation_id uuid NOT NULL REFERENCES invitation,
  channel text NOT NULL CHECK (channel IN ('email', 'sms', 'link')),
  purpose text NOT NULL CHECK (purpose IN ('accept', 'continue')),
  key_id text NOT NULL,
  token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  created_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX link_of_onboarding ON link (onboarding_id);
CREATE UNIQUE INDEX link_one_live ON link (invitation_id, channel, purpose) WHERE ended_at IS NULL;

-- Observations only: scanners open links, too.
CREATE TABLE link_view (
  link_id uuid PRIMARY KEY REFERENCES link,
  practice_id uuid NOT NULL REFERENCES practice,
  first_viewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  views integer NOT NULL DEFAULT 1
);

CREATE TABLE message (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  generation integer NOT NULL,
  run integer NOT NULL,
  purpose text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('email', 'sms')),
  touch_n integer,
  link_id uuid REFERENCES link,
  recipient text,
  template_version text,
  inputs jsonb, -- frozen at the first claim, so that every attempt sends the same bytes
  provider text,
  provider_id text,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN
    ('queued', 'sending', 'unknown', 'sent', 'delayed', 'delivered', 'bounced', 'complained', 'suppressed', 'failed', 'withdrawn')),
  state_at timestamptz NOT NULL,
  reason text,
  attempts integer NOT NULL DEFAULT 0,
  claimed_at timestamptz, -- real time of the first claim: the provider's key window runs from here
  created_at timestamptz NOT NULL
);
CREATE INDEX message_of_onboarding ON message (onboarding_id);
CREATE INDEX message_by_recipient ON message (practice_id, recipient, created_at);
CREATE INDEX message_by_provider_id ON message (provider_id) WHERE provider_id IS NOT NULL;

CREATE TABLE provider_event (
  provider text NOT NULL,
  id text NOT NULL,
  practice_id uuid NOT NULL REFERENCES practice,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (provider, id)
);

-- Numbers that asked for no more texts, by practice.
CREATE TABLE text_opt_out (
  practice_id uuid NOT NULL REFERENCES practice,
  phone text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (practice_id, phone)
);

-- What a client said from their page, in their own words: kept out of the log, so that it can be erased.
CREATE TABLE told (
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  request_id text NOT NULL,
  about text NOT NULL,
  text text CHECK (length(text) <= 1000),
  name text CHECK (length(name) <= 160),
  email text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (onboarding_id, request_id)
);
