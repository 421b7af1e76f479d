-- A bank connection and a ledger sign-in each have a workflow for as long as they live. The row decides: `wake_at` is the next move
-- on the row's own clock, and the workflow's first step says that it runs. Rows from before get theirs within a minute.
ALTER TABLE connection
  ADD COLUMN clock_offset_ms bigint NOT NULL DEFAULT 0, -- zero outside rehearsals and tests
  ADD COLUMN wake_at timestamptz,
  ADD COLUMN workflow_started_at timestamptz, -- real time; null until a workflow reads the row, and again after its end
  ADD COLUMN health text NOT NULL DEFAULT 'working'
    CHECK (health IN ('working', 'unanswered', 'permission', 'expired', 'ended', 'sign_in_ended')),
  ADD COLUMN health_since timestamptz;
ALTER TABLE sign_in
  ADD COLUMN clock_offset_ms bigint NOT NULL DEFAULT 0,
  ADD COLUMN wake_at timestamptz,
  ADD COLUMN workflow_started_at timestamptz,
  ADD COLUMN ended_at timestamptz, -- the ledger said that it is over; a new authorisation of the same subject begins it again
  ADD COLUMN failures integer NOT NULL DEFAULT 0, -- refreshes in a row that the ledger did not answer
  ADD COLUMN tried_at timestamptz;

UPDATE connection c SET clock_offset_ms = o.clock_offset_ms FROM onboarding o
  WHERE o.id = c.onboarding_id AND o.clock_offset_ms <> 0;

CREATE INDEX connection_unkept ON connection (id)
  WHERE kind = 'bank' AND state = 'connected' AND access_until IS NOT NULL AND workflow_started_at IS NULL;
CREATE INDEX connection_wake ON connection (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX connection_rehearsed ON connection (id) WHERE clock_offset_ms <> 0;
CREATE INDEX sign_in_unkept ON sign_in (id) WHERE workflow_started_at IS NULL AND ended_at IS NULL;
CREATE INDEX sign_in_wake ON sign_in (wake_at) WHERE wake_at IS NOT NULL;

-- What has no workflow, or one that slept through its move.
CREATE FUNCTION connections_to_wake(overslept_after interval, at_most integer)
  RETURNS TABLE (practice_id uuid, kind text, id uuid, why text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT c.practice_id, 'consent', c.id, 'not_started' FROM connection c
      WHERE c.kind = 'bank' AND c.state = 'connected' AND c.access_until IS NOT NULL AND c.workflow_started_at IS NULL
      LIMIT at_most)
    UNION ALL
    (SELECT c.practice_id, 'consent', c.id, 'overslept' FROM connection c
      WHERE c.wake_at < clock_timestamp() - overslept_after OR (c.clock_offset_ms > 0
        AND c.wake_at < clock_timestamp() + c.clock_offset_ms * interval '1 millisecond' - overslept_after)
      LIMIT at_most)
    UNION ALL
    (SELECT s.practice_id, 'sign_in', s.id, 'not_started' FROM sign_in s
      WHERE s.workflow_started_at IS NULL AND s.ended_at IS NULL
        AND (EXISTS (SELECT FROM connection c WHERE c.sign_in_id = s.id)
          OR EXISTS (SELECT FROM auth_session a WHERE a.sign_in_id = s.id AND a.status = 'held')) LIMIT at_most)
    UNION ALL
    (SELECT s.practice_id, 'sign_in', s.id, 'overslept' FROM sign_in s
      WHERE s.wake_at < clock_timestamp() + s.clock_offset_ms * interval '1 millisecond' - overslept_after LIMIT at_most)
  $$;
REVOKE EXECUTE ON FUNCTION connections_to_wake FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connections_to_wake TO embark_worker;
