-- Outages of banks, as the tries of all practices' clients show them (`domain/bankOutages.ts`). They are about no practice.
CREATE TABLE bank_outage (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  institution text NOT NULL, -- as its provider names it
  since timestamptz NOT NULL, -- the first of the failures that made it
  noticed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retry_at timestamptz NOT NULL, -- when it ends if nobody fails before
  ended_at timestamptz
);
CREATE UNIQUE INDEX bank_outage_standing ON bank_outage (institution) WHERE ended_at IS NULL;
CREATE INDEX bank_outage_ended ON bank_outage (institution, ended_at);
GRANT SELECT ON bank_outage TO embark_api, embark_worker;
GRANT INSERT, UPDATE ON bank_outage TO embark_worker;

-- `created_at` never changes, so the update by which a trip connects stays in place.
CREATE INDEX auth_session_bank_down ON auth_session (created_at) WHERE step = 'bank' AND failure = 'bank_down';

-- Counts clients by their last try at each bank that fails now or is down, of all practices and without rehearsals. It tells
-- counts alone, so that no practice learns of another's clients. A trip lasts a day at most.
CREATE FUNCTION bank_tries(recent interval, usual interval) RETURNS TABLE (
    institution text, outage uuid, retry_at timestamptz, failed integer, connected integer, usually_failed integer,
    usually_connected integer, first_failed_at timestamptz, last_failed_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH failure AS MATERIALIZED (
      SELECT a.institution, a.onboarding_id, a.status_at AS at
      FROM auth_session a JOIN onboarding o ON o.id = a.onboarding_id AND o.clock_offset_ms = 0
      WHERE a.step = 'bank' AND a.failure = 'bank_down' AND a.institution IS NOT NULL
        AND a.created_at > clock_timestamp() - usual - interval '1 day'),
    bank AS (
      SELECT b.institution, o.id AS outage, o.retry_at, greatest(clock_timestamp() - recent, coalesce(o.noticed_at,
        (SELECT max(e.ended_at) FROM bank_outage e WHERE e.institution = b.institution))) AS from_at
      FROM (SELECT f.institution FROM failure f WHERE f.at > clock_timestamp() - recent
          UNION SELECT d.institution FROM bank_outage d WHERE d.ended_at IS NULL) b
        LEFT JOIN bank_outage o ON o.institution = b.institution AND o.ended_at IS NULL)
    SELECT b.institution, b.outage, b.retry_at, r.failed, r.connected, u.failed, u.connected, s.first_at, s.last_at
    FROM bank b
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE l.failed)::integer AS failed,
          count(*) FILTER (WHERE NOT l.failed)::integer AS connected
        FROM (
          SELECT DISTINCT ON (t.onboarding_id) t.failed FROM (
            SELECT f.onboarding_id, true AS failed, f.at FROM failure f
              WHERE f.institution = b.institution AND f.at > b.from_at
            UNION ALL
            SELECT c.onboarding_id, false, c.created_at FROM connection c
              WHERE c.kind = 'bank' AND c.institution = b.institution AND c.created_at > b.from_at
                AND c.clock_offset_ms = 0) t
          ORDER BY t.onboarding_id, t.at DESC) l) r
      CROSS JOIN LATERAL (
        SELECT
          (SELECT count(DISTINCT f.onboarding_id)::integer FROM failure f
            WHERE f.institution = b.institution AND f.at <= clock_timestamp() - recent
              AND NOT EXISTS (SELECT FROM bank_outage e WHERE e.institution = b.institution
                AND f.at BETWEEN e.since AND coalesce(e.ended_at, 'infinity'))) AS failed,
          (SELECT count(DISTINCT c.onboarding_id)::integer FROM connection c
            WHERE c.kind = 'bank' AND c.institution = b.institution AND c.clock_offset_ms = 0
              AND c.created_at > clock_timestamp() - usual AND c.created_at <= clock_timestamp() - recent) AS connected) u
      CROSS JOIN LATERAL (
        SELECT min(f.at) FILTER (WHERE f.at > b.from_at) AS first_at, max(f.at) AS last_at FROM failure f
        WHERE f.institution = b.institution) s
  $$;
REVOKE EXECUTE ON FUNCTION bank_tries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bank_tries TO embark_worker;

-- Clients whose bank failed them, which has been connected since, by a client of whichever practice, and is not down.
CREATE OR REPLACE FUNCTION clients_of_banks_back(at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT s.practice_id, s.onboarding_id, t.id
    FROM onboarding_step s
      JOIN onboarding o ON o.id = s.onboarding_id AND o.status = 'accepted'
      CROSS JOIN LATERAL (
        SELECT a.id, a.institution, a.status_at FROM auth_session a
        WHERE a.onboarding_id = s.onboarding_id AND a.step = 'bank' AND a.failure = 'bank_down'
        ORDER BY a.created_at DESC LIMIT 1) t
    WHERE s.kind = 'bank' AND s.reason = 'bank_down' AND s.done_at IS NULL AND s.skipped_at IS NULL
      AND NOT EXISTS (SELECT FROM bank_outage d WHERE d.institution = t.institution AND d.ended_at IS NULL)
      -- What is only rehearsed says nothing of a bank.
      AND (EXISTS (SELECT FROM connection c JOIN onboarding x ON x.id = c.onboarding_id AND x.clock_offset_ms = 0
          WHERE c.kind = 'bank' AND c.institution = t.institution AND c.created_at > t.status_at)
        OR EXISTS (SELECT FROM bank_outage d WHERE d.institution = t.institution AND d.ended_at > t.status_at))
    ORDER BY s.failed_at LIMIT at_most
  $$;
