-- Every request of the API counts a hit and waited for the disk to keep it. An unlogged table is written without that; when
-- the database crashes it is emptied, and every limit begins anew.
ALTER TABLE rate_limit SET UNLOGGED;

-- The workers of a parallel plan take longer to start than any query of the API to run without them.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('embark roles'));
  ALTER ROLE embark_api SET max_parallel_workers_per_gather = 0;
END $$;

-- As before, but digits that the text itself holds are looked for once: whatever holds the text holds them. The tenant is an
-- explicit predicate: row-level security would keep the indexes from being used (LIKE is not leakproof). Planned without
-- the text, so that it always follows them. The limit stands inside: a word that enough clients have in their own names is
-- not looked for in the other tables. What is searched is in memory: by the usual price of a page, all onboardings would
-- be read to find those of a few hundred invitations.
CREATE OR REPLACE FUNCTION search_clients(term text, digits text, at_most integer) RETURNS TABLE (id uuid)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
  SET random_page_cost = 1.1
  AS $$
  DECLARE
    inside text;
    word text;
    number text := '%' || digits || '%';
  BEGIN
    SELECT p.inside, p.word INTO inside, word FROM search_patterns(term) AS p
      WHERE coalesce(strpos(term, digits), 0) = 0;
    RETURN QUERY SELECT DISTINCT found.organisation_id FROM (
      SELECT w.organisation_id FROM searched_words w
      WHERE w.practice_id = current_practice() AND (w.searched LIKE inside OR w.searched LIKE word OR w.searched LIKE number)
      LIMIT at_most) AS found;
  END $$;
