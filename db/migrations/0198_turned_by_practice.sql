-- Completed clients whose row has turned are found by the index that lists read them by, practice by practice: an index of
-- their own was written with every completion, to find a few rows a minute.
CREATE OR REPLACE FUNCTION completed_turned(at_most integer) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT p.id, t.id FROM practice p CROSS JOIN LATERAL (
      SELECT o.id FROM onboarding o
      WHERE o.practice_id = p.id AND o.turns_at <= now() AND o.completed_at IS NOT NULL LIMIT at_most) t
    LIMIT at_most
  $$;
DROP INDEX onboarding_turned;
