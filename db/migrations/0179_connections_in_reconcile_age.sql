-- The one health number counts the workflows of bank connections and sign-ins as well: those that none was started for,
-- and those that slept through their move. A connection that works again and a sign-in that was given again begin anew.
CREATE OR REPLACE FUNCTION longest_to_reconcile(
  not_started_after interval, not_told_after interval, overslept_after interval, due_after interval
) RETURNS TABLE (why text, since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT r.why, min(r.since) FROM (
      SELECT o.why, o.since
      FROM onboardings_to_reconcile(not_started_after, not_told_after, overslept_after, due_after, 1) o
      UNION ALL
      SELECT u.why, CASE
        WHEN u.why = 'overslept' THEN coalesce(c.wake_at, s.wake_at) - coalesce(c.clock_offset_ms, s.clock_offset_ms) * interval '1 millisecond'
        ELSE coalesce(greatest(c.created_at, c.health_since) - c.clock_offset_ms * interval '1 millisecond',
          greatest(s.created_at, s.used_at - s.clock_offset_ms * interval '1 millisecond')) END
      FROM connections_to_wake(overslept_after, 100) u
        LEFT JOIN connection c ON u.kind = 'consent' AND c.id = u.id
        LEFT JOIN sign_in s ON u.kind = 'sign_in' AND s.id = u.id) r
    WHERE r.since < clock_timestamp() - CASE r.why WHEN 'not_started' THEN not_started_after ELSE interval '0' END
    GROUP BY r.why
  $$;
