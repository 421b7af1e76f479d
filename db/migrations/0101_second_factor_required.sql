-- A practice may demand a second factor of everybody who works in it; of support it is demanded everywhere.
ALTER TABLE practice ADD COLUMN second_factor_required boolean NOT NULL DEFAULT false;
GRANT UPDATE (second_factor_required) ON practice TO embark_api;

DROP FUNCTION resolve_practices;
CREATE FUNCTION resolve_practices(person uuid)
  RETURNS TABLE (practice_id uuid, name text, role text, add_clients boolean, sign_on_required boolean, plan text,
    second_factor_required boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT m.practice_id, p.name, m.role, m.add_clients,
        coalesce(o.required AND (o.unconfirmed_hosts = '{}' OR m.role <> 'practice_admin'), false), p.plan,
        p.second_factor_required
      FROM membership m JOIN practice p ON p.id = m.practice_id LEFT JOIN sign_on o ON o.practice_id = p.id
      WHERE m.user_id = person ORDER BY m.created_at, p.id)
    UNION ALL
    (SELECT p.id, p.name, 'support', false, false, p.plan, true FROM identity.support_person s CROSS JOIN practice p
      WHERE s.user_id = person
        AND (p.support_access = 'always' OR p.support_access = 'on_request' AND p.support_until > clock_timestamp())
      ORDER BY p.name, p.id)
  $$;
REVOKE EXECUTE ON FUNCTION resolve_practices FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_practices TO embark_api;
