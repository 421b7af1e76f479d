-- Each connection is looked at daily, on its own clock, and sooner after its provider's word. Those from before take their
-- turns over the first day.
ALTER TABLE connection ADD COLUMN look_at timestamptz, ADD COLUMN looked_at timestamptz;
UPDATE connection SET look_at = clock_timestamp() + random() * interval '1 day'
  WHERE state IN ('connected', 'lost') AND (kind = 'bank' OR sign_in_id IS NOT NULL);
CREATE INDEX connection_look ON connection (look_at) WHERE look_at IS NOT NULL;

-- Takes the connections that are due for a look, each by one worker; the next look is a day later whatever comes of this one.
-- One that has been lost for a month is not looked at any more.
CREATE FUNCTION take_looks(at_most integer) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    UPDATE connection c SET look_at =
      CASE WHEN c.state = 'connected' OR c.health_since > d.now - interval '30 days' THEN d.now + interval '1 day' END
    FROM (
      SELECT x.id, clock_timestamp() + x.clock_offset_ms * interval '1 millisecond' AS now FROM connection x
      WHERE x.look_at <= clock_timestamp() OR (x.clock_offset_ms > 0
        AND x.look_at <= clock_timestamp() + x.clock_offset_ms * interval '1 millisecond')
      ORDER BY x.look_at LIMIT at_most FOR NO KEY UPDATE SKIP LOCKED) AS d
    WHERE c.id = d.id RETURNING c.practice_id, c.id
  $$;

-- Brings the look at a connection forward, after its provider said something about it. False for an unknown one.
CREATE FUNCTION hasten_look(of_provider text, provider_id text) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH hastened AS (
      UPDATE connection c SET look_at = clock_timestamp() + c.clock_offset_ms * interval '1 millisecond'
      WHERE c.kind = 'bank' AND c.provider = of_provider AND c.external_id = provider_id AND c.state IN ('connected', 'lost')
      RETURNING c.id)
    SELECT EXISTS (SELECT FROM hastened)
  $$;
CREATE INDEX connection_at_provider ON connection (external_id) WHERE kind = 'bank' AND state IN ('connected', 'lost');
REVOKE EXECUTE ON FUNCTION take_looks, hasten_look FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_looks TO embark_worker;
GRANT EXECUTE ON FUNCTION hasten_look TO embark_api, embark_worker;
