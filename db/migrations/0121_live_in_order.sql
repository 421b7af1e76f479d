-- A transaction has its position before it waits for the row, so an older fact of an onboarding may stand at a later position
-- than a newer one. The older is not told once the newer has been: what is told of an onboarding never goes back.
CREATE OR REPLACE FUNCTION changes_between(from_position xid8, to_position xid8, of_practice uuid, at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid, seq integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT e.practice_id, e.onboarding_id, max(e.seq) FROM event e
    WHERE e.position >= from_position AND e.position < to_position
      AND (of_practice IS NULL OR e.practice_id = of_practice)
    GROUP BY e.practice_id, e.onboarding_id
    HAVING NOT EXISTS (
      SELECT FROM event newer
      WHERE newer.onboarding_id = e.onboarding_id AND newer.seq > max(e.seq) AND newer.position < from_position)
    ORDER BY max(e.position), e.onboarding_id LIMIT at_most
  $$;
