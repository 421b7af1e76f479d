-- A function that looks past row-level security says whose a thing is and nothing more: the software is read under the
-- client's lock, where nobody can have changed it meanwhile.
DROP FUNCTION books_on_old_way;
CREATE FUNCTION books_on_old_way(connectable text[], at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT o.practice_id, o.id
    FROM onboarding o
      JOIN organisation g ON g.id = o.organisation_id
      JOIN onboarding_step s ON s.onboarding_id = o.id AND s.kind = 'books' AND s.done_at IS NULL
    WHERE o.completed_at IS NULL AND o.cancelled_at IS NULL AND o.gave_up_at IS NULL AND g.erased_at IS NULL
      AND s.way <> CASE WHEN g.software = 'unknown' THEN 'find_out' WHEN g.software = 'none' THEN 'none'
        WHEN g.software = ANY (connectable) THEN 'connect' ELSE 'by_hand' END
    LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION books_on_old_way FROM PUBLIC;
GRANT EXECUTE ON FUNCTION books_on_old_way TO embark_worker;
