-- Roles are of the whole server: their passwords are set by whoever runs it, and creating them twice is harmless.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('embark roles'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'embark_api') THEN CREATE ROLE embark_api LOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'embark_worker') THEN CREATE ROLE embark_worker LOGIN; END IF;
END $$;

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The tenant of the present transaction. '' is what a reused connection has after a transaction-local setting ended.
CREATE FUNCTION current_practice() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.practice_id', true), '')::uuid;

-- Instants leave the database as milliseconds since the epoch.
CREATE FUNCTION epoch_ms(t timestamptz) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN round(extract(epoch FROM t) * 1000)::double precision;

CREATE TABLE practice (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{2,60}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
  country text NOT NULL DEFAULT 'GB' CHECK (country ~ '^[A-Z]{2}$'),
  currency text NOT NULL DEFAULT 'GBP' CHECK (currency ~ '^[A-Z]{3}$'),
  time_zone text NOT NULL DEFAULT 'Europe/London',
  notification_email text,
  postal_address text,
  phone text,
  sender_name text,
  reply_to text,
  brand_colour text CHECK (brand_colour ~ '^#[0-9a-fA-F]{6}$'),
  intake_domain text UNIQUE,
  reason_bank text CHECK (length(reason_bank) <= 140),
  reason_books text CHECK (length(reason_books) <= 140),
  invite_expiry_days integer NOT NULL DEFAULT 7 CHECK (invite_expiry_days BETWEEN 1 AND 60),
  give_up_days integer NOT NULL DEFAULT 90 CHECK (give_up_days BETWEEN 1 AND 730),
  solutions text[] NOT NULL DEFAULT '{bookkeeping,vat,payroll,annual_accounts,self_assessment,payments}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE api_key (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  name text NOT NULL,
  key_sha256 bytea NOT NULL UNIQUE CHECK (length(key_sha256) = 32),
  scopes text[] NOT NULL CHECK (scopes <@ '{read,write}' AND cardinality(scopes) > 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz
);

-- One row per creating request: written in the transaction that creates, so a repeat finds the result or nothing.
CREATE TABLE idempotency_key (
  practice_id uuid NOT NULL REFERENCES practice,
  route text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  body_sha256 bytea NOT NULL,
  status integer NOT NULL,
  response jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (practice_id, route, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

CREATE TABLE rate_limit (
  key text PRIMARY KEY,
  hits integer NOT NULL,
  resets_at timestamptz NOT NULL
);
