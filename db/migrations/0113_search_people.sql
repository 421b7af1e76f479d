-- A search of clients covers their contact, everyone invited at present or joined, their addresses and numbers. Each table
-- has an index of its own over what is searched: nothing personal is kept twice, so nothing is left when a client is erased.
DROP INDEX organisation_search;
CREATE INDEX organisation_search ON organisation USING gin (
  (lower(name || ' ' || coalesce(contact_name, '') || ' ' || coalesce(contact_email, '') || ' ' || coalesce(contact_phone, '') ||
   ' ' || coalesce(reference, '') || ' ' || coalesce(practice_code, ''))) gin_trgm_ops
);
CREATE INDEX invitation_search ON invitation USING gin (
  (lower(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, ''))) gin_trgm_ops
);
CREATE INDEX organisation_member_search ON organisation_member USING gin (
  (lower(coalesce(name, '') || ' ' || address)) gin_trgm_ops
) WHERE removed_at IS NULL;
CREATE INDEX user_invitation_search ON user_invitation USING gin (
  (lower(coalesce(name, '') || ' ' || email)) gin_trgm_ops
) WHERE ended_at IS NULL;

-- A text as it is looked for: `inside` anywhere, or, of two letters, which hold no trigram, at the beginning of words.
CREATE FUNCTION search_patterns(term text) RETURNS TABLE (inside text, word text)
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT CASE WHEN length(term) > 2 THEN '%' ELSE '' END || safe || '%', CASE WHEN length(term) <= 2 THEN '% ' || safe || '%' END
    FROM (SELECT replace(replace(replace(lower(term), '\', '\\'), '%', '\%'), '_', '\_') AS safe) AS s
  $$;

-- Clients of the practice by a text, or by digits as E.164 has them. The tenant is an explicit predicate: row-level security
-- would keep the indexes from being used (LIKE is not leakproof). Planned without the text, so that it always follows them.
CREATE FUNCTION search_clients(term text, digits text, at_most integer) RETURNS TABLE (id uuid)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
  AS $$
  DECLARE
    inside text;
    word text;
    number text := '%' || digits || '%';
  BEGIN
    SELECT p.inside, p.word INTO inside, word FROM search_patterns(term) AS p;
    RETURN QUERY
      (SELECT o.id FROM organisation o WHERE o.practice_id = current_practice() AND (
        lower(o.name || ' ' || coalesce(o.contact_name, '') || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') ||
          ' ' || coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, '')) LIKE inside
        OR lower(o.name || ' ' || coalesce(o.contact_name, '') || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') ||
          ' ' || coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, '')) LIKE word
        OR lower(o.name || ' ' || coalesce(o.contact_name, '') || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') ||
          ' ' || coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, '')) LIKE number)
      LIMIT at_most)
      UNION
      (SELECT b.organisation_id FROM invitation i JOIN onboarding b ON b.id = i.onboarding_id AND b.generation = i.generation
      WHERE i.practice_id = current_practice() AND (
        lower(coalesce(i.name, '') || ' ' || coalesce(i.email, '') || ' ' || coalesce(i.phone, '')) LIKE inside
        OR lower(coalesce(i.name, '') || ' ' || coalesce(i.email, '') || ' ' || coalesce(i.phone, '')) LIKE word
        OR lower(coalesce(i.name, '') || ' ' || coalesce(i.email, '') || ' ' || coalesce(i.phone, '')) LIKE number)
      LIMIT at_most)
      UNION
      (SELECT m.organisation_id FROM organisation_member m
      WHERE m.practice_id = current_practice() AND m.removed_at IS NULL AND (
        lower(coalesce(m.name, '') || ' ' || m.address) LIKE inside
        OR lower(coalesce(m.name, '') || ' ' || m.address) LIKE word
        OR lower(coalesce(m.name, '') || ' ' || m.address) LIKE number)
      LIMIT at_most)
      UNION
      (SELECT u.organisation_id FROM user_invitation u
      WHERE u.practice_id = current_practice() AND u.ended_at IS NULL AND (
        lower(coalesce(u.name, '') || ' ' || u.email) LIKE inside
        OR lower(coalesce(u.name, '') || ' ' || u.email) LIKE word)
      LIMIT at_most)
      LIMIT at_most;
  END $$;
DROP FUNCTION search_organisations;

-- The same for people of support, across practices: practice, client and stage, and no more.
CREATE OR REPLACE FUNCTION support_search(person uuid, term text, phone text, at_most integer)
  RETURNS TABLE (practice_id uuid, name text, onboarding_id uuid, client text, stage text,
    access text, until timestamptz, asked_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH found AS (
      SELECT m.organisation_id AS id, 0 AS rank FROM (
        SELECT o.id AS organisation_id FROM organisation o WHERE o.reference = upper(term)
        UNION ALL
        SELECT b.organisation_id FROM message m JOIN onboarding b ON b.id = m.onboarding_id WHERE m.provider_id = term
        UNION ALL
        SELECT b.organisation_id FROM message m JOIN onboarding b ON b.id = m.onboarding_id
          WHERE m.id = CASE WHEN term ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN term::uuid END
        UNION ALL
        SELECT b.organisation_id FROM practice p JOIN invitation i ON i.practice_id = p.id AND i.email = lower(term)
          JOIN onboarding b ON b.id = i.onboarding_id
        UNION ALL
        SELECT u.organisation_id FROM portal.person p JOIN organisation_member u ON u.person_id = p.id
          WHERE p.address IN (lower(term), support_search.phone) AND u.removed_at IS NULL
        UNION ALL
        SELECT i.organisation_id FROM user_invitation i WHERE i.email = lower(term) AND i.ended_at IS NULL
        UNION ALL
        SELECT b.organisation_id FROM practice p JOIN invitation i
            ON i.practice_id = p.id AND i.phone = support_search.phone
          JOIN onboarding b ON b.id = i.onboarding_id
      ) AS m
      UNION ALL
      (SELECT o.id, 1 FROM organisation o
        WHERE lower(o.name || ' ' || coalesce(o.contact_name, '') || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') ||
                    ' ' || coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, ''))
              LIKE (SELECT p.inside FROM search_patterns(term) AS p)
        LIMIT at_most)
      UNION ALL
      (SELECT o.id, 1 FROM organisation o
        WHERE support_search.phone IS NOT NULL
          AND lower(o.name || ' ' || coalesce(o.contact_name, '') || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') ||
                    ' ' || coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, ''))
              LIKE '%' || support_search.phone || '%'
        LIMIT at_most)
      UNION ALL
      (SELECT b.organisation_id, 1 FROM invitation i JOIN onboarding b ON b.id = i.onboarding_id AND b.generation = i.generation
        WHERE lower(coalesce(i.name, '') || ' ' || coalesce(i.email, '') || ' ' || coalesce(i.phone, ''))
              LIKE (SELECT p.inside FROM search_patterns(term) AS p)
        LIMIT at_most)
      UNION ALL
      (SELECT m.organisation_id, 1 FROM organisation_member m
        WHERE m.removed_at IS NULL
          AND lower(coalesce(m.name, '') || ' ' || m.address) LIKE (SELECT p.inside FROM search_patterns(term) AS p)
        LIMIT at_most)
      UNION ALL
      (SELECT u.organisation_id, 1 FROM user_invitation u
        WHERE u.ended_at IS NULL
          AND lower(coalesce(u.name, '') || ' ' || u.email) LIKE (SELECT p.inside FROM search_patterns(term) AS p)
        LIMIT at_most)
    ), best AS (SELECT id, min(rank) AS rank FROM found GROUP BY id)
    SELECT p.practice_id, p.name, b.id, o.name,
      CASE WHEN b.turns_at <= clock_timestamp() AND b.turns_blocked_by = 'expired' THEN 'expired' ELSE b.status END,
      p.access, p.until, p.asked_at
    FROM best JOIN organisation o ON o.id = best.id
      JOIN LATERAL (SELECT * FROM onboarding b WHERE b.organisation_id = o.id
        ORDER BY num_nonnulls(b.completed_at, b.cancelled_at, b.gave_up_at), b.created_at DESC LIMIT 1) AS b ON true
      CROSS JOIN LATERAL resolve_support_practice(person, o.practice_id) AS p
    WHERE EXISTS (SELECT FROM identity.support_person s WHERE s.user_id = person)
    ORDER BY best.rank, lower(o.name), lower(p.name), o.id LIMIT at_most
  $$;

REVOKE EXECUTE ON FUNCTION search_patterns, search_clients FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_clients TO embark_api;
