-- Single sign-on of a practice, at an OpenID provider of its own.
CREATE TABLE sign_on (
  practice_id uuid PRIMARY KEY REFERENCES practice,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret_sealed text NOT NULL,
  domain text NOT NULL CHECK (domain = lower(domain)), -- of the addresses that are shown the way
  required boolean NOT NULL DEFAULT false,
  tested_at timestamptz, -- when somebody first got in by it as it stands
  CONSTRAINT required_was_tested CHECK (NOT required OR tested_at IS NOT NULL)
);
CREATE INDEX sign_on_domain ON sign_on (domain);
ALTER TABLE sign_on ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON sign_on USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_on TO embark_api;

-- A session that began at a practice's provider opens that practice and no other.
ALTER TABLE identity.session ADD COLUMN practice_id uuid;

DROP FUNCTION resolve_practices;
CREATE FUNCTION resolve_practices(person uuid)
  RETURNS TABLE (practice_id uuid, name text, role text, add_clients boolean, sign_on_required boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT m.practice_id, p.name, m.role, m.add_clients, coalesce(o.required, false)
      FROM membership m JOIN practice p ON p.id = m.practice_id LEFT JOIN sign_on o ON o.practice_id = p.id
      WHERE m.user_id = person ORDER BY m.created_at, p.id)
    UNION ALL
    (SELECT p.id, p.name, 'support', false, false FROM identity.support_person s CROSS JOIN practice p
      WHERE s.user_id = person
        AND (p.support_access = 'always' OR p.support_access = 'on_request' AND p.support_until > clock_timestamp())
      ORDER BY p.name, p.id)
  $$;

-- Where somebody of this domain may sign in.
CREATE FUNCTION resolve_sign_on(of_domain text) RETURNS TABLE (practice_id uuid, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT p.id, p.name FROM sign_on o JOIN practice p ON p.id = o.practice_id
    WHERE o.domain = of_domain ORDER BY p.name LIMIT 5 $$;

REVOKE EXECUTE ON FUNCTION resolve_practices, resolve_sign_on FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_practices, resolve_sign_on TO embark_api;
