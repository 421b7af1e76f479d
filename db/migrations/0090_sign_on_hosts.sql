-- The hosts of a practice's sign-in provider: those that were there when it was tested, and others that its description
-- names since then, which an admin has not confirmed. While there are any, nobody signs in by it.
ALTER TABLE sign_on
  ADD COLUMN hosts text[] NOT NULL DEFAULT '{}',
  ADD COLUMN unconfirmed_hosts text[] NOT NULL DEFAULT '{}';

-- An admin gets in by password while the provider waits to be confirmed, or nobody could confirm it.
CREATE OR REPLACE FUNCTION resolve_practices(person uuid)
  RETURNS TABLE (practice_id uuid, name text, role text, add_clients boolean, sign_on_required boolean, plan text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT m.practice_id, p.name, m.role, m.add_clients,
        coalesce(o.required AND (o.unconfirmed_hosts = '{}' OR m.role <> 'practice_admin'), false), p.plan
      FROM membership m JOIN practice p ON p.id = m.practice_id LEFT JOIN sign_on o ON o.practice_id = p.id
      WHERE m.user_id = person ORDER BY m.created_at, p.id)
    UNION ALL
    (SELECT p.id, p.name, 'support', false, false, p.plan FROM identity.support_person s CROSS JOIN practice p
      WHERE s.user_id = person
        AND (p.support_access = 'always' OR p.support_access = 'on_request' AND p.support_until > clock_timestamp())
      ORDER BY p.name, p.id)
  $$;
