-- A client whose connection to a ledger stands stays on its way: it was found again every time, and five hundred of them
-- would have held back all others.
CREATE OR REPLACE FUNCTION books_on_old_way(connectable text[], at_most integer)
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
      AND NOT EXISTS (SELECT FROM connection c WHERE c.organisation_id = g.id AND c.kind = 'books'
        AND c.state IN ('connected', 'lost'))
    LIMIT at_most
  $$;
