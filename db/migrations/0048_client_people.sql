-- The people of clients, who come back without a password. A person is an address; where else it is used is no
-- practice's business, so people, sessions and sign-in links stand in a schema that no role reads: only the functions
-- below do, and they answer ids and little else.
CREATE SCHEMA portal;

CREATE TABLE portal.person (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  address text NOT NULL UNIQUE CHECK (address = lower(address)), -- of mail; the number of those who have no mail
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE portal.sign_in (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES portal.person ON DELETE CASCADE,
  token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  link_id uuid REFERENCES link ON DELETE CASCADE, -- the invitation to go on with
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX sign_in_of_person ON portal.sign_in (person_id);

CREATE TABLE portal.session (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES portal.person ON DELETE CASCADE,
  token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_of_person ON portal.session (person_id);

-- Who of a client may see and stop what it shares. Name and address as this practice knows them.
CREATE TABLE organisation_member (
  practice_id uuid NOT NULL REFERENCES practice,
  organisation_id uuid NOT NULL REFERENCES organisation,
  person_id uuid NOT NULL REFERENCES portal.person,
  name text,
  address text NOT NULL,
  role text NOT NULL CHECK (role IN ('business_admin', 'member')),
  joined_at timestamptz NOT NULL,
  last_seen_at timestamptz,
  removed_at timestamptz,
  PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX organisation_member_person ON organisation_member (person_id) WHERE removed_at IS NULL;
CREATE INDEX organisation_member_of ON organisation_member (practice_id, organisation_id);

-- Further people come by an invitation of their own. The token is derived, as links are.
CREATE TABLE user_invitation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  organisation_id uuid NOT NULL REFERENCES organisation,
  name text,
  email text NOT NULL CHECK (email = lower(email)),
  role text NOT NULL CHECK (role IN ('business_admin', 'member')),
  inviter_name text,
  key_id text NOT NULL,
  token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  mailed_at timestamptz,
  ended_at timestamptz -- accepted, renewed or withdrawn
);
CREATE UNIQUE INDEX user_invitation_open ON user_invitation (organisation_id, email) WHERE ended_at IS NULL;
CREATE INDEX user_invitation_of ON user_invitation (practice_id, organisation_id);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['organisation_member', 'user_invitation'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (practice_id = (SELECT current_practice())) WITH CHECK (practice_id = (SELECT current_practice()))', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO embark_api', t);
  END LOOP;
END $$;

-- Those who accepted before there were members; the first of each client is its Business Admin.
INSERT INTO portal.person (address)
  SELECT DISTINCT lower(coalesce(i.email, i.phone)) FROM invitation i
  WHERE i.accepted_link_id IS NOT NULL AND coalesce(i.email, i.phone) IS NOT NULL;
INSERT INTO organisation_member (practice_id, organisation_id, person_id, name, address, role, joined_at)
  SELECT practice_id, organisation_id, person_id, name, address,
    CASE WHEN row_number() OVER (PARTITION BY organisation_id ORDER BY joined_at) = 1 THEN 'business_admin' ELSE 'member' END,
    joined_at
  FROM (
    SELECT DISTINCT ON (o.organisation_id, p.id) o.practice_id, o.organisation_id, p.id AS person_id, i.name, p.address,
      coalesce(o.accepted_at, i.created_at) AS joined_at
    FROM invitation i JOIN onboarding o ON o.id = i.onboarding_id
      JOIN portal.person p ON p.address = lower(coalesce(i.email, i.phone))
    WHERE i.accepted_link_id IS NOT NULL
    ORDER BY o.organisation_id, p.id, i.created_at
  ) AS accepted;

-- The person of an address, made if there is none.
CREATE FUNCTION person_at(wanted text) RETURNS uuid
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ INSERT INTO portal.person AS p (address) VALUES (lower(wanted))
    ON CONFLICT (address) DO UPDATE SET address = excluded.address RETURNING p.id $$;

-- Whether a person of this address is at home with some client, whichever. Those of the given one do not count: they are
-- no news to it.
CREATE FUNCTION address_in_use(wanted text, except_organisation uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT count(*) > 0 AND count(*) FILTER (WHERE m.organisation_id = except_organisation) = 0
    FROM portal.person p JOIN organisation_member m ON m.person_id = p.id AND m.removed_at IS NULL
    WHERE p.address = lower(wanted)
  $$;

-- A link to sign in with, for an address that has somewhere to go. Whether it has is for us alone.
CREATE FUNCTION portal_ask_sign_in(wanted text, hash bytea, for_link uuid, valid interval) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH known AS (
      SELECT p.id FROM portal.person p
      WHERE p.address = lower(wanted) AND p.address LIKE '%@%'
        AND EXISTS (SELECT FROM organisation_member m WHERE m.person_id = p.id AND m.removed_at IS NULL)
    ), swept AS (
      DELETE FROM portal.sign_in s USING known WHERE s.person_id = known.id AND s.expires_at < clock_timestamp()
    ), made AS (
      INSERT INTO portal.sign_in (person_id, token_sha256, link_id, expires_at)
      SELECT id, hash, for_link, clock_timestamp() + valid FROM known RETURNING id
    )
    SELECT count(*) > 0 FROM made
  $$;

-- Whom an unused link signs in.
CREATE FUNCTION portal_look_sign_in(hash bytea) RETURNS TABLE (address text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT p.address FROM portal.sign_in s JOIN portal.person p ON p.id = s.person_id
    WHERE s.token_sha256 = hash AND s.used_at IS NULL AND s.expires_at > clock_timestamp() $$;

-- Uses the link up and opens a session; answers whose, and the invitation to go on with. Nothing for a link that is used
-- or over.
CREATE FUNCTION portal_sign_in(hash bytea, session_hash bytea, lives interval)
  RETURNS TABLE (person_id uuid, practice_id uuid, link_id uuid, key_id text)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH used AS (
      UPDATE portal.sign_in s SET used_at = clock_timestamp()
      WHERE s.token_sha256 = hash AND s.used_at IS NULL AND s.expires_at > clock_timestamp()
      RETURNING s.person_id, s.link_id
    ), swept AS (
      DELETE FROM portal.session o USING used WHERE o.person_id = used.person_id AND o.expires_at < clock_timestamp()
    ), opened AS (
      INSERT INTO portal.session (person_id, token_sha256, expires_at)
      SELECT used.person_id, session_hash, clock_timestamp() + lives FROM used
    )
    SELECT used.person_id, l.practice_id, l.id, l.key_id FROM used LEFT JOIN link l ON l.id = used.link_id
  $$;

CREATE FUNCTION portal_session(hash bytea) RETURNS TABLE (person_id uuid, address text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT p.id, p.address FROM portal.session s JOIN portal.person p ON p.id = s.person_id
    WHERE s.token_sha256 = hash AND s.expires_at > clock_timestamp() $$;

CREATE FUNCTION portal_sign_out(hash bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ DELETE FROM portal.session WHERE token_sha256 = hash $$;

-- Where a person is at home, of all practices: what each shares is read as that practice.
CREATE FUNCTION portal_organisations(person uuid) RETURNS TABLE (practice_id uuid, organisation_id uuid, role text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT m.practice_id, m.organisation_id, m.role FROM organisation_member m
    WHERE m.person_id = person AND m.removed_at IS NULL ORDER BY m.joined_at, m.organisation_id $$;

CREATE FUNCTION resolve_user_invitation(hash bytea) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT i.practice_id, i.id FROM user_invitation i WHERE i.token_sha256 = hash $$;

-- After an address was taken from every client of its: nothing is kept of it.
CREATE FUNCTION forget_person(person uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ DELETE FROM portal.person p WHERE p.id = person
    AND NOT EXISTS (SELECT FROM organisation_member m WHERE m.person_id = p.id) $$;

REVOKE EXECUTE ON FUNCTION person_at, address_in_use, portal_ask_sign_in, portal_look_sign_in, portal_sign_in,
  portal_session, portal_sign_out, portal_organisations, resolve_user_invitation, forget_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION person_at, address_in_use, portal_ask_sign_in, portal_look_sign_in, portal_sign_in,
  portal_session, portal_sign_out, portal_organisations, resolve_user_invitation, forget_person TO embark_api;
GRANT EXECUTE ON FUNCTION address_in_use TO embark_worker;
