-- One trip of a person to a bank or ledger.
CREATE TABLE auth_session (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  step text NOT NULL CHECK (step IN ('bank', 'books')),
  provider text NOT NULL,
  institution text, -- the bank or software chosen
  institution_name text,
  opened_by text NOT NULL CHECK (opened_by IN ('client', 'practice')),
  link_id uuid REFERENCES link,
  state_sha256 bytea UNIQUE, -- null until a browser sets out
  verifier_sealed text,
  browser_sha256 bytea, -- the browser that set out; another one must say yes first
  external_id text,
  grant_sealed text, -- tokens of a sign-in whose organisation is not chosen yet
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'exchanging', 'choosing', 'done', 'failed')),
  status_at timestamptz NOT NULL,
  failure text,
  failure_reason text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  polls integer NOT NULL DEFAULT 0,
  next_poll_at timestamptz
);
CREATE INDEX auth_session_of_onboarding ON auth_session (onboarding_id);

CREATE TABLE connection (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  organisation_id uuid NOT NULL REFERENCES organisation,
  session_id uuid NOT NULL UNIQUE REFERENCES auth_session,
  kind text NOT NULL CHECK (kind IN ('bank', 'books')),
  provider text NOT NULL,
  institution text,
  institution_name text,
  external_id text NOT NULL, -- the provider's connection
  tenant_id text, -- the ledger's organisation
  tenant_name text,
  tokens_sealed text,
  state text NOT NULL CHECK (state IN ('connected', 'lost', 'replaced', 'disconnected')),
  consent_given_at timestamptz NOT NULL,
  access_until timestamptz,
  last_error text,
  created_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX connection_of_onboarding ON connection (onboarding_id);
CREATE UNIQUE INDEX connection_one ON connection (organisation_id, kind) WHERE state IN ('connected', 'lost');
-- One ledger organisation belongs to one client of a practice.
CREATE UNIQUE INDEX connection_tenant ON connection (practice_id, provider, tenant_id)
  WHERE tenant_id IS NOT NULL AND state IN ('connected', 'lost');

CREATE TABLE connection_account (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  connection_id uuid NOT NULL REFERENCES connection,
  external_id text NOT NULL,
  name text NOT NULL,
  holder text,
  currency text,
  sort_code text,
  account_number text,
  iban text,
  code text,
  UNIQUE (connection_id, external_id)
);

CREATE TABLE account_mapping (
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  bank_account_id uuid NOT NULL REFERENCES connection_account,
  ledger_account_id uuid REFERENCES connection_account, -- null: none of these
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (onboarding_id, bank_account_id),
  UNIQUE (onboarding_id, ledger_account_id)
);
