-- An account that is no accounting practice: its people sign in, and reach nothing of what is for practices.
ALTER TABLE practice DROP CONSTRAINT practice_plan_check;
ALTER TABLE practice ADD CONSTRAINT practice_plan_check CHECK (plan IN ('standard', 'plus', 'business'));

DROP FUNCTION resolve_practices;
CREATE FUNCTION resolve_practices(person uuid)
  RETURNS TABLE (practice_id uuid, name text, role text, add_clients boolean, sign_on_required boolean, plan text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT m.practice_id, p.name, m.role, m.add_clients, coalesce(o.required, false), p.plan
      FROM membership m JOIN practice p ON p.id = m.practice_id LEFT JOIN sign_on o ON o.practice_id = p.id
      WHERE m.user_id = person ORDER BY m.created_at, p.id)
    UNION ALL
    (SELECT p.id, p.name, 'support', false, false, p.plan FROM identity.support_person s CROSS JOIN practice p
      WHERE s.user_id = person
        AND (p.support_access = 'always' OR p.support_access = 'on_request' AND p.support_until > clock_timestamp())
      ORDER BY p.name, p.id)
  $$;

DROP FUNCTION resolve_api_key;
CREATE FUNCTION resolve_api_key(hash bytea) RETURNS TABLE (practice_id uuid, id uuid, scopes text[], plan text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT k.practice_id, k.id, k.scopes, p.plan FROM api_key k JOIN practice p ON p.id = k.practice_id
    WHERE k.key_sha256 = hash AND k.revoked_at IS NULL
  $$;

REVOKE EXECUTE ON FUNCTION resolve_practices, resolve_api_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_practices, resolve_api_key TO embark_api;
