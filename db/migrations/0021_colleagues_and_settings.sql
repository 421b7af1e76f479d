-- Colleagues come by invitation. The token is derived, as links are: HMAC(key[key_id], id); its hash finds the row.
CREATE TABLE colleague_invitation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  email text NOT NULL CHECK (email = lower(email)),
  role text NOT NULL CHECK (role IN ('practice_admin', 'client_admin', 'standard')),
  add_clients boolean NOT NULL DEFAULT false,
  key_id text NOT NULL,
  token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  invited_by uuid REFERENCES identity.person,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  mailed_at timestamptz,
  ended_at timestamptz -- accepted, renewed or withdrawn
);
CREATE UNIQUE INDEX colleague_invitation_open ON colleague_invitation (practice_id, email) WHERE ended_at IS NULL;

-- Who signed in, and who changed rights, keys and settings. What was done for clients is in the log of events.
CREATE TABLE audit_event (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  actor_type text NOT NULL CHECK (actor_type IN ('staff', 'api_key', 'system')),
  actor_id text,
  subject_id text, -- whom or what it is about
  data jsonb NOT NULL DEFAULT '{}',
  address text -- from where
);
CREATE INDEX audit_event_newest ON audit_event (practice_id, id DESC);
CREATE INDEX audit_event_subject ON audit_event (practice_id, subject_id);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['colleague_invitation', 'audit_event']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (practice_id = (SELECT current_practice())) WITH CHECK (practice_id = (SELECT current_practice()))', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON colleague_invitation TO embark_api;
GRANT SELECT, INSERT ON audit_event TO embark_api, embark_worker;

-- The practice's own choices. Its plan is not among them.
ALTER TABLE practice
  ADD COLUMN default_bank text NOT NULL DEFAULT 'client' CHECK (default_bank IN ('client', 'skip')),
  ADD COLUMN default_books text NOT NULL DEFAULT 'practice' CHECK (default_books IN ('practice', 'client', 'skip')),
  ADD COLUMN default_mapping text NOT NULL DEFAULT 'practice' CHECK (default_mapping IN ('practice', 'skip')),
  ADD COLUMN setup_guide jsonb;
GRANT UPDATE (name, country, currency, time_zone, notification_email, postal_address, phone, sender_name, reply_to,
  brand_colour, reason_bank, reason_books, invite_expiry_days, give_up_days, solutions, default_bank, default_books,
  default_mapping, setup_guide, support_access, support_until) ON practice TO embark_api;

-- Keys are made and revoked by who may, and never changed otherwise.
ALTER TABLE api_key ADD COLUMN last_used_at timestamptz;
GRANT INSERT, UPDATE (revoked_at, last_used_at) ON api_key TO embark_api;

CREATE FUNCTION resolve_colleague_invitation(hash bytea) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT i.practice_id, i.id FROM colleague_invitation i WHERE i.token_sha256 = hash $$;

-- Names of those who are or were at work in the present practice, for what they did there.
CREATE FUNCTION people_named(people text[]) RETURNS TABLE (user_id uuid, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT u.id, u.name FROM identity.person u
    WHERE u.id::text = ANY (people) AND (
      EXISTS (SELECT FROM membership m WHERE m.practice_id = current_practice() AND m.user_id = u.id)
      OR EXISTS (SELECT FROM audit_event a WHERE a.practice_id = current_practice() AND a.subject_id = u.id::text)
      OR EXISTS (SELECT FROM identity.support_person s WHERE s.user_id = u.id)) $$;

-- Takes an open invitation for the transaction; for the sign-in's role, which sees no practices itself.
CREATE FUNCTION identity.open_invitation(hash bytea) RETURNS TABLE (id uuid, email text)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT i.id, i.email FROM colleague_invitation i
    WHERE i.token_sha256 = hash AND i.ended_at IS NULL AND i.expires_at > clock_timestamp() FOR UPDATE $$;

-- Makes the person a member by an invitation to his address, which has an end by that.
CREATE FUNCTION identity.join_practice(invitation uuid, person uuid, from_address text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH taken AS (
      UPDATE colleague_invitation i SET ended_at = clock_timestamp() FROM identity.person u
      WHERE i.id = invitation AND i.ended_at IS NULL AND u.id = person AND u.email = i.email
      RETURNING i.practice_id, i.role, i.add_clients
    ), joined AS (
      INSERT INTO membership (practice_id, user_id, role, add_clients)
      SELECT practice_id, person, role, add_clients FROM taken
      ON CONFLICT DO NOTHING RETURNING practice_id, role
    )
    INSERT INTO audit_event (practice_id, kind, actor_type, actor_id, subject_id, data, address)
    SELECT practice_id, 'member_joined', 'staff', person::text, person::text, jsonb_build_object('role', role), from_address
    FROM joined
  $$;

-- What concerns somebody's sign-in, written to every practice he works in.
CREATE FUNCTION identity.note(person uuid, what text, from_address text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    INSERT INTO audit_event (practice_id, kind, actor_type, actor_id, subject_id, address)
    SELECT m.practice_id, what, CASE WHEN what = 'sign_in_failed' THEN 'system' ELSE 'staff' END,
      CASE WHEN what <> 'sign_in_failed' THEN person::text END, person::text, from_address
    FROM membership m WHERE m.user_id = person
  $$;

REVOKE EXECUTE ON FUNCTION resolve_colleague_invitation, people_named, identity.open_invitation, identity.join_practice,
  identity.note FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_colleague_invitation, people_named TO embark_api;
GRANT EXECUTE ON FUNCTION people_named TO embark_worker;
GRANT EXECUTE ON FUNCTION identity.open_invitation, identity.join_practice, identity.note TO embark_auth;
