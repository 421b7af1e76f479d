-- The reconciler's fourth question: messages that are due and have not left. Few rows are in these states at any time.
CREATE INDEX message_due ON message (onboarding_id) INCLUDE (purpose, state_at) WHERE state IN ('queued', 'sending');

-- What the reconciler repairs, longest waiting first: runs that the engine never took, facts that it was not told, moves
-- that it slept through, messages that have not left. Ages are in real time, also of rows on a shifted clock.
DROP FUNCTION onboardings_to_reconcile(interval, interval, interval, integer);
CREATE FUNCTION onboardings_to_reconcile(
  not_started_after interval, not_told_after interval, overslept_after interval, due_after interval, at_most integer
) RETURNS TABLE (practice_id uuid, id uuid, run integer, why text, since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT o.practice_id, o.id, o.run, 'not_started', o.last_fact_at FROM onboarding o
      WHERE o.workflow_started_at IS NULL AND o.last_fact_at < clock_timestamp() - not_started_after
      ORDER BY o.last_fact_at LIMIT at_most)
    UNION ALL
    (SELECT o.practice_id, o.id, o.run, 'not_told', o.last_fact_at FROM onboarding o
      WHERE o.fact_seq > o.notified_seq AND o.workflow_started_at IS NOT NULL
        AND o.last_fact_at < clock_timestamp() - not_told_after
      ORDER BY o.last_fact_at LIMIT at_most)
    UNION ALL
    (SELECT o.practice_id, o.id, o.run, 'overslept', o.wake_at - o.clock_offset_ms * interval '1 millisecond' FROM onboarding o
      WHERE o.wake_at IS NOT NULL AND o.workflow_started_at IS NOT NULL
        AND o.wake_at < clock_timestamp() + o.clock_offset_ms * interval '1 millisecond' - overslept_after
        AND (o.wake_at < clock_timestamp() - overslept_after OR o.clock_offset_ms > 0)
      ORDER BY o.wake_at LIMIT at_most)
    UNION ALL
    -- That an invitation was withdrawn is due once that cannot be undone any more, as isDue() in domain/ has it.
    (SELECT d.practice_id, d.id, d.run, 'due', min(d.since) FROM (
        SELECT o.practice_id, o.id, o.run,
          CASE WHEN m.purpose = 'client_withdrawn' THEN greatest(m.state_at, o.cleaned_at) ELSE m.state_at END
            - o.clock_offset_ms * interval '1 millisecond' AS since
        FROM message m JOIN onboarding o ON o.id = m.onboarding_id
        WHERE m.state IN ('queued', 'sending') AND o.workflow_started_at IS NOT NULL
          AND (m.purpose <> 'client_withdrawn' OR o.cleaned_at IS NOT NULL)) d
      WHERE d.since < clock_timestamp() - due_after
      GROUP BY d.practice_id, d.id, d.run ORDER BY min(d.since) LIMIT at_most)
  $$;

-- Since when the longest waiting of each kind has waited: no ids, so that the api may know it too.
CREATE FUNCTION longest_to_reconcile(
  not_started_after interval, not_told_after interval, overslept_after interval, due_after interval
) RETURNS TABLE (why text, since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT r.why, r.since
    FROM onboardings_to_reconcile(not_started_after, not_told_after, overslept_after, due_after, 1) r
  $$;

-- Onboardings that must have a run at the engine, by id: the reconciler compares them with the engine's running list.
CREATE INDEX onboarding_open_run ON onboarding (id) INCLUDE (practice_id, run)
  WHERE workflow_started_at IS NOT NULL AND completed_at IS NULL AND cleaned_at IS NULL;
CREATE FUNCTION onboardings_with_open_run(after uuid, at_most integer) RETURNS TABLE (practice_id uuid, id uuid, run integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT o.practice_id, o.id, o.run FROM onboarding o
    WHERE o.workflow_started_at IS NOT NULL AND o.completed_at IS NULL AND o.cleaned_at IS NULL AND o.id > after
    ORDER BY o.id LIMIT at_most
  $$;

REVOKE EXECUTE ON FUNCTION onboardings_to_reconcile, longest_to_reconcile, onboardings_with_open_run FROM PUBLIC;
GRANT EXECUTE ON FUNCTION onboardings_to_reconcile, onboardings_with_open_run TO embark_worker;
GRANT EXECUTE ON FUNCTION longest_to_reconcile TO embark_api, embark_worker;
