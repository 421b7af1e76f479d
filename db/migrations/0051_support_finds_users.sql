CREATE INDEX user_invitation_email ON user_invitation (email) WHERE ended_at IS NULL;

-- Finds clients of every practice, for people of support alone: practice, client and stage, and no more. By name, address,
-- phone (also in E.164), reference or code, by the recipient of an invitation, by a user's address, and by a message's id, ours or its provider's.
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
        WHERE lower(o.name || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') || ' ' ||
                    coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, ''))
              LIKE '%' || replace(replace(replace(lower(term), '\', '\\'), '%', '\%'), '_', '\_') || '%'
        LIMIT at_most)
      UNION ALL
      (SELECT o.id, 1 FROM organisation o
        WHERE support_search.phone IS NOT NULL
          AND lower(o.name || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') || ' ' ||
                    coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, ''))
              LIKE '%' || support_search.phone || '%'
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
