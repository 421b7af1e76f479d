-- The global order of the log, for whoever follows it.
CREATE INDEX event_position ON event (position);

-- What has changed from one position of the log to another, by onboarding: whose it is and its newest fact, no more. The
-- tenant is no condition here: one reader of a process follows the log for all its listeners.
CREATE FUNCTION changes_between(from_position xid8, to_position xid8, of_practice uuid, at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid, seq integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT e.practice_id, e.onboarding_id, max(e.seq) FROM event e
    WHERE e.position >= from_position AND e.position < to_position
      AND (of_practice IS NULL OR e.practice_id = of_practice)
    GROUP BY e.practice_id, e.onboarding_id ORDER BY max(e.position), e.onboarding_id LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION changes_between FROM PUBLIC;
GRANT EXECUTE ON FUNCTION changes_between TO embark_api;
