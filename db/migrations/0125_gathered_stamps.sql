-- What the engine was told is noted for many onboardings in one statement, which waits for no row. Returns those that are
-- locked by others and still lack their stamp.
DROP FUNCTION stamp_notified(uuid, uuid, integer, integer);
CREATE FUNCTION stamp_notified(practices uuid[], onboardings uuid[], runs integer[], seqs integer[]) RETURNS SETOF uuid
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH behind AS MATERIALIZED (
      SELECT o.id, t.seq FROM unnest(practices, onboardings, runs, seqs) AS t(practice, onboarding, run, seq)
      JOIN onboarding o ON o.id = t.onboarding AND o.practice_id = t.practice AND o.run = t.run
      WHERE o.notified_seq < t.seq OR o.workflow_started_at IS NULL),
    free AS MATERIALIZED (
      SELECT o.id FROM onboarding o WHERE o.id IN (SELECT id FROM behind) FOR NO KEY UPDATE SKIP LOCKED),
    stamped AS (
      UPDATE onboarding o SET notified_seq = greatest(o.notified_seq, least(b.seq, o.fact_seq)),
        workflow_started_at = coalesce(o.workflow_started_at, clock_timestamp())
      FROM behind b, free f WHERE f.id = o.id AND b.id = o.id)
    SELECT id FROM behind WHERE id NOT IN (SELECT id FROM free)
  $$;
REVOKE EXECUTE ON FUNCTION stamp_notified FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stamp_notified TO embark_api, embark_worker;
