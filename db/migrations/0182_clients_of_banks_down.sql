-- Clients whose bank is down and who still are asked to connect it. Their bank is the one of their last trip.
CREATE INDEX auth_session_of_bank ON auth_session (institution) WHERE step = 'bank';

CREATE FUNCTION clients_of_banks_down(at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid, outage uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT s.practice_id, s.onboarding_id, d.id
    FROM bank_outage d
      JOIN auth_session a ON a.institution = d.institution AND a.step = 'bank'
      JOIN onboarding_step s ON s.onboarding_id = a.onboarding_id AND s.kind = 'bank'
        AND s.required AND s.done_at IS NULL AND s.skipped_at IS NULL
      JOIN onboarding o ON o.id = s.onboarding_id AND o.status = 'accepted'
    WHERE d.ended_at IS NULL AND coalesce(s.phase, 'lost') = 'lost'
      AND coalesce(s.reason, '') NOT IN ('bank_down', 'stopped', 'refused_us')
      AND NOT EXISTS (SELECT FROM auth_session later WHERE later.onboarding_id = a.onboarding_id AND later.step = 'bank'
        AND (later.created_at, later.id) > (a.created_at, a.id))
    LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION clients_of_banks_down FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_of_banks_down TO embark_worker;

-- Clients who are not asked because of their bank, once it is not down any more. The bank failed those who tried, and
-- without an outage it takes a client, of whichever practice, who connected it since. The others were stopped by an outage.
DROP FUNCTION clients_of_banks_back;
CREATE FUNCTION clients_of_banks_back(at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid, id uuid, has_tried boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT s.practice_id, s.onboarding_id, t.id, t.has_tried
    FROM onboarding_step s
      JOIN onboarding o ON o.id = s.onboarding_id AND o.status = 'accepted'
      CROSS JOIN LATERAL (
        SELECT a.id, a.institution, a.status_at,
          coalesce(a.failure, '') = 'bank_down' AND a.status_at >= s.failed_at AS has_tried
        FROM auth_session a WHERE a.onboarding_id = s.onboarding_id AND a.step = 'bank'
        ORDER BY a.created_at DESC, a.id DESC LIMIT 1) t
    WHERE s.kind = 'bank' AND s.reason = 'bank_down' AND s.done_at IS NULL AND s.skipped_at IS NULL
      AND NOT EXISTS (SELECT FROM bank_outage d WHERE d.institution = t.institution AND d.ended_at IS NULL)
      AND (NOT t.has_tried
        OR EXISTS (SELECT FROM bank_outage d WHERE d.institution = t.institution AND d.ended_at > t.status_at)
        -- What is only rehearsed says nothing of a bank.
        OR EXISTS (SELECT FROM connection c JOIN onboarding x ON x.id = c.onboarding_id AND x.clock_offset_ms = 0
          WHERE c.kind = 'bank' AND c.institution = t.institution AND c.created_at > t.status_at))
    ORDER BY s.failed_at LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION clients_of_banks_back FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_of_banks_back TO embark_worker;
