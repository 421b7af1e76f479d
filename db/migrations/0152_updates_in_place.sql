-- An update that changes no indexed column stays on its page and writes no index (HOT). Every fact changed three: `updated_at`,
-- `last_fact_at` and the two numbers of what the engine knows. Lists of the latest changes follow the hour of the change and sort
-- within it; what the engine was not told is a column that most facts leave as it is; and the reconciler sorts the few
-- rows that it finds.
ALTER TABLE onboarding SET (fillfactor = 85);
ALTER TABLE onboarding
  ADD COLUMN updated_hour timestamp NOT NULL GENERATED ALWAYS AS (date_trunc('hour', updated_at AT TIME ZONE 'UTC')) STORED,
  ADD COLUMN untold boolean NOT NULL GENERATED ALWAYS AS (fact_seq > notified_seq) STORED;
DROP INDEX onboarding_updated, onboarding_not_told, onboarding_not_started;
CREATE INDEX onboarding_updated ON onboarding (practice_id, updated_hour);
CREATE INDEX onboarding_not_told ON onboarding (id) WHERE untold;
CREATE INDEX onboarding_not_started ON onboarding (id) WHERE workflow_started_at IS NULL;

CREATE OR REPLACE FUNCTION onboardings_to_reconcile(
  not_started_after interval, not_told_after interval, overslept_after interval, due_after interval, at_most integer
) RETURNS TABLE (practice_id uuid, id uuid, run integer, why text, since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT o.practice_id, o.id, o.run, 'not_started', o.last_fact_at FROM onboarding o
      WHERE o.workflow_started_at IS NULL AND o.last_fact_at < clock_timestamp() - not_started_after
      ORDER BY o.last_fact_at LIMIT at_most)
    UNION ALL
    (SELECT o.practice_id, o.id, o.run, 'not_told', o.last_fact_at FROM onboarding o
      WHERE o.untold AND o.workflow_started_at IS NOT NULL AND o.last_fact_at < clock_timestamp() - not_told_after
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
