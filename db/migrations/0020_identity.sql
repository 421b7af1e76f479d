-- Who the staff are. These tables are the sign-in's own: its role sees them and no others, and no other role sees them.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('embark roles'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'embark_auth') THEN CREATE ROLE embark_auth LOGIN; END IF;
  ALTER ROLE embark_auth SET statement_timeout = '10s';
  ALTER ROLE embark_auth SET lock_timeout = '5s';
  ALTER ROLE embark_auth SET idle_in_transaction_session_timeout = '15s';
END $$;

CREATE SCHEMA identity;

CREATE TABLE identity.person (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  two_factor_enabled boolean DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE identity.session (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  user_id uuid NOT NULL REFERENCES identity.person ON DELETE CASCADE,
  token text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX session_by_user ON identity.session (user_id);

-- How a person signs in: by password (`credential`), or at a provider.
CREATE TABLE identity.account (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  user_id uuid NOT NULL REFERENCES identity.person ON DELETE CASCADE,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (provider_id, account_id)
);
CREATE INDEX account_by_user ON identity.account (user_id);

-- What was mailed or asked and is awaited back, under a hash of its name.
CREATE TABLE identity.verification (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX verification_identifier ON identity.verification (identifier);

CREATE TABLE identity.second_factor (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  user_id uuid NOT NULL UNIQUE REFERENCES identity.person ON DELETE CASCADE,
  secret text NOT NULL,
  backup_codes text NOT NULL,
  verified boolean DEFAULT true,
  failed_verification_count integer DEFAULT 0,
  locked_until timestamptz
);
CREATE INDEX second_factor_secret ON identity.second_factor (secret);

-- Our own people, who help across practices. Made by whoever runs Embark, by no process.
CREATE TABLE identity.support_person (
  user_id uuid PRIMARY KEY REFERENCES identity.person ON DELETE CASCADE
);

GRANT USAGE ON SCHEMA identity TO embark_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO embark_auth;
REVOKE ALL ON identity.support_person FROM embark_auth;

-- What a practice has bought: `plus` opens what is for larger ones. Support may look in always, on request or never.
ALTER TABLE practice
  ADD COLUMN plan text NOT NULL DEFAULT 'standard' CHECK (plan IN ('standard', 'plus')),
  ADD COLUMN support_access text NOT NULL DEFAULT 'on_request' CHECK (support_access IN ('always', 'on_request', 'never')),
  ADD COLUMN support_until timestamptz;

CREATE TABLE membership (
  practice_id uuid NOT NULL REFERENCES practice,
  user_id uuid NOT NULL REFERENCES identity.person,
  role text NOT NULL CHECK (role IN ('practice_admin', 'client_admin', 'standard')),
  add_clients boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (practice_id, user_id)
);
CREATE INDEX membership_user ON membership (user_id, created_at);
ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON membership USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE, DELETE ON membership TO embark_api;
GRANT SELECT ON membership TO embark_worker;

-- Which practices somebody may work in, oldest membership first: his own, and for support those that let it in now.
CREATE FUNCTION resolve_practices(person uuid) RETURNS TABLE (practice_id uuid, name text, role text, add_clients boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT m.practice_id, p.name, m.role, m.add_clients FROM membership m JOIN practice p ON p.id = m.practice_id
      WHERE m.user_id = person ORDER BY m.created_at, p.id)
    UNION ALL
    (SELECT p.id, p.name, 'support', false FROM identity.support_person s CROSS JOIN practice p
      WHERE s.user_id = person
        AND (p.support_access = 'always' OR p.support_access = 'on_request' AND p.support_until > clock_timestamp())
      ORDER BY p.name, p.id)
  $$;
CREATE FUNCTION is_support(person uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT EXISTS (SELECT FROM identity.support_person s WHERE s.user_id = person) $$;

-- The present practice's people, with what of them the practice may know.
CREATE FUNCTION colleagues() RETURNS TABLE (
  user_id uuid, name text, email text, role text, add_clients boolean, two_factor boolean,
  joined_at timestamptz, last_seen_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT m.user_id, u.name, u.email, m.role, m.add_clients, coalesce(u.two_factor_enabled, false), m.created_at,
      (SELECT max(s.updated_at) FROM identity.session s WHERE s.user_id = m.user_id)
    FROM membership m JOIN identity.person u ON u.id = m.user_id
    WHERE m.practice_id = current_practice() ORDER BY lower(u.name), u.id $$;

-- Makes a practice with its first person as Practice Admin, for the sign-in's role, which sees no practices itself.
CREATE FUNCTION identity.found_practice(
  person uuid, practice_name text, practice_country text, practice_currency text, practice_time_zone text
) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  stem text := left(trim(both '-' from regexp_replace(lower(practice_name), '[^a-z0-9]+', '-', 'g')), 50);
  tried text := CASE WHEN length(stem) < 2 THEN 'practice' ELSE stem END;
  made uuid;
BEGIN
  LOOP
    INSERT INTO practice (slug, name, country, currency, time_zone, notification_email)
      SELECT tried, practice_name, practice_country, practice_currency, practice_time_zone, u.email
      FROM identity.person u WHERE u.id = person
      ON CONFLICT (slug) DO NOTHING RETURNING id INTO made;
    EXIT WHEN made IS NOT NULL;
    tried := trim(trailing '-' from left(tried, 50)) || '-' || substr(gen_random_uuid()::text, 1, 6);
  END LOOP;
  INSERT INTO membership (practice_id, user_id, role) VALUES (made, person, 'practice_admin');
  RETURN made;
END $$;

REVOKE EXECUTE ON FUNCTION resolve_practices, is_support, colleagues, identity.found_practice FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_practices, is_support, colleagues TO embark_api;
GRANT EXECUTE ON FUNCTION colleagues TO embark_worker;
GRANT EXECUTE ON FUNCTION identity.found_practice TO embark_auth;
