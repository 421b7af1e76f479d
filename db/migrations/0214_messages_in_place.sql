-- The claim of a message changed two columns that stood in indexes, the state and the recipient, and so wrote every index
-- again. What is due is a column now that a claim leaves as it is, and only the number of a text is found by.
ALTER TABLE message SET (fillfactor = 70);
ALTER TABLE staff_mail SET (fillfactor = 70);
ALTER TABLE message
  ADD COLUMN is_due boolean NOT NULL GENERATED ALWAYS AS (state IN ('queued', 'sending')) STORED,
  ADD COLUMN texted_number text GENERATED ALWAYS AS (CASE WHEN channel = 'sms' THEN recipient END) STORED;
DROP INDEX message_due, message_texted;
CREATE INDEX message_due ON message (onboarding_id) WHERE is_due;
CREATE INDEX message_texted ON message (practice_id, texted_number, created_at) WHERE texted_number IS NOT NULL;

CREATE OR REPLACE FUNCTION resolve_texted(number text) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT m.practice_id, m.id, m.onboarding_id FROM practice p CROSS JOIN LATERAL (
      SELECT m.practice_id, m.id, m.onboarding_id FROM message m
      WHERE m.practice_id = p.id AND m.texted_number = number
      ORDER BY m.created_at DESC LIMIT 1) AS m $$;

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
        WHERE m.is_due AND o.workflow_started_at IS NOT NULL
          AND (m.purpose <> 'client_withdrawn' OR o.cleaned_at IS NOT NULL)) d
      WHERE d.since < clock_timestamp() - due_after
      GROUP BY d.practice_id, d.id, d.run ORDER BY min(d.since) LIMIT at_most)
  $$;
