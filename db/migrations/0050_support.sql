-- Support across practices: who asks to be let in, what is looked at and why, and who did what as support.
ALTER TABLE event DROP CONSTRAINT event_actor_type_check, ADD CONSTRAINT event_actor_type_check
  CHECK (actor_type IN ('client', 'staff', 'support', 'api_key', 'system', 'provider'));
ALTER TABLE audit_event DROP CONSTRAINT audit_event_actor_type_check, ADD CONSTRAINT audit_event_actor_type_check
  CHECK (actor_type IN ('staff', 'support', 'api_key', 'system'));
CREATE INDEX event_support ON event (practice_id, recorded_at DESC) WHERE actor_type = 'support';

CREATE TABLE support_ask (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  person_id uuid NOT NULL REFERENCES identity.person,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  answered_at timestamptz,
  granted boolean,
  CHECK ((answered_at IS NULL) = (granted IS NULL))
);
CREATE INDEX support_ask_newest ON support_ask (practice_id, asked_at DESC);

-- Without an onboarding: a list was looked at. The reason is what support wrote; it goes when the client is erased.
CREATE TABLE support_look (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  person_id uuid NOT NULL REFERENCES identity.person,
  onboarding_id uuid REFERENCES onboarding,
  reason text CHECK (length(reason) BETWEEN 1 AND 300),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX support_look_newest ON support_look (practice_id, at DESC);
CREATE INDEX support_look_by_person ON support_look (practice_id, person_id, at DESC);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['support_ask', 'support_look']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (practice_id = (SELECT current_practice())) WITH CHECK (practice_id = (SELECT current_practice()))', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE (answered_at, granted) ON support_ask TO embark_api;
GRANT SELECT, INSERT, UPDATE (reason) ON support_look TO embark_api;

-- How a practice stands to support, for people of support alone: `given`, `on_request` or `never`.
CREATE FUNCTION resolve_support_practice(person uuid, practice uuid)
  RETURNS TABLE (practice_id uuid, name text, access text, until timestamptz, asked_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT p.id, p.name,
      CASE WHEN p.support_access = 'always' OR p.support_access = 'on_request' AND p.support_until > clock_timestamp()
        THEN 'given' ELSE p.support_access END,
      CASE WHEN p.support_access = 'on_request' AND p.support_until > clock_timestamp() THEN p.support_until END,
      (SELECT max(a.asked_at) FROM support_ask a
        WHERE a.practice_id = p.id AND a.answered_at IS NULL AND a.asked_at > clock_timestamp() - interval '24 hours')
    FROM practice p
    WHERE p.id = practice AND EXISTS (SELECT FROM identity.support_person s WHERE s.user_id = person)
  $$;

-- Finds clients of every practice, for people of support alone: practice, client and stage, and no more. By name, address,
-- phone (also in E.164), reference or code, by the recipient of an invitation, and by a message's id, ours or its provider's.
CREATE FUNCTION support_search(person uuid, term text, phone text, at_most integer)
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

REVOKE EXECUTE ON FUNCTION resolve_support_practice, support_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_support_practice, support_search TO embark_api;
