-- What is searched of a client stands once in each table, as a stored column under an index, and once for all as a view. Before,
-- the expressions stood in the index, three times in each search, and a fifth time in the API.
DROP FUNCTION search_clients;
DROP INDEX organisation_search, invitation_search, organisation_member_search, user_invitation_search;
ALTER TABLE organisation ADD COLUMN searched text NOT NULL GENERATED ALWAYS AS (lower(
  name || ' ' || coalesce(contact_name, '') || ' ' || coalesce(contact_email, '') || ' ' || coalesce(contact_phone, '') || ' ' ||
  coalesce(reference, '') || ' ' || coalesce(practice_code, ''))) STORED;
ALTER TABLE invitation ADD COLUMN searched text NOT NULL GENERATED ALWAYS AS (lower(
  coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, ''))) STORED;
ALTER TABLE organisation_member ADD COLUMN searched text NOT NULL GENERATED ALWAYS AS (lower(
  coalesce(name, '') || ' ' || address)) STORED;
ALTER TABLE user_invitation ADD COLUMN searched text NOT NULL GENERATED ALWAYS AS (lower(
  coalesce(name, '') || ' ' || email)) STORED;
CREATE INDEX organisation_search ON organisation USING gin (searched gin_trgm_ops);
CREATE INDEX invitation_search ON invitation USING gin (searched gin_trgm_ops);
CREATE INDEX organisation_member_search ON organisation_member USING gin (searched gin_trgm_ops) WHERE removed_at IS NULL;
CREATE INDEX user_invitation_search ON user_invitation USING gin (searched gin_trgm_ops) WHERE ended_at IS NULL;

-- The words that a client is found by: its own, of everyone invited at present, joined, or invited as a user.
CREATE VIEW searched_words WITH (security_invoker = true) AS
  SELECT g.practice_id, g.id AS organisation_id, g.searched FROM organisation g
  UNION ALL
  SELECT i.practice_id, o.organisation_id, i.searched FROM invitation i
    JOIN onboarding o ON o.id = i.onboarding_id AND o.generation = i.generation
  UNION ALL
  SELECT m.practice_id, m.organisation_id, m.searched FROM organisation_member m WHERE m.removed_at IS NULL
  UNION ALL
  SELECT u.practice_id, u.organisation_id, u.searched FROM user_invitation u WHERE u.ended_at IS NULL;
GRANT SELECT ON searched_words TO embark_api;

-- Clients of the practice by a text, or by digits as E.164 has them. The tenant is an explicit predicate: row-level security
-- would keep the indexes from being used (LIKE is not leakproof). Planned without the text, so that it always follows them. The
-- limit stands inside: a word that enough clients have in their own names is not looked for in the other tables. Parallel
-- workers take longer to start than the whole search, and what is searched is in memory: by the usual price of a page,
-- all onboardings would be read to find those of a few hundred invitations.
CREATE FUNCTION search_clients(term text, digits text, at_most integer) RETURNS TABLE (id uuid)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
  SET max_parallel_workers_per_gather = 0 SET random_page_cost = 1.1
  AS $$
  DECLARE
    inside text;
    word text;
    number text := '%' || digits || '%';
  BEGIN
    SELECT p.inside, p.word INTO inside, word FROM search_patterns(term) AS p;
    RETURN QUERY SELECT DISTINCT found.organisation_id FROM (
      SELECT w.organisation_id FROM searched_words w
      WHERE w.practice_id = current_practice() AND (w.searched LIKE inside OR w.searched LIKE word OR w.searched LIKE number)
      LIMIT at_most) AS found;
  END $$;
REVOKE EXECUTE ON FUNCTION search_clients FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_clients, search_patterns TO embark_api;

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
      (SELECT w.organisation_id, 1 FROM searched_words w
        WHERE w.searched LIKE (SELECT p.inside FROM search_patterns(term) AS p) LIMIT 4 * at_most)
      UNION ALL
      (SELECT o.id, 1 FROM organisation o WHERE o.searched LIKE '%' || support_search.phone || '%' LIMIT at_most)
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
