-- Clients whose bank was down when they tried, and whose bank somebody has connected since, of whichever practice.
CREATE INDEX onboarding_step_bank_down ON onboarding_step (failed_at)
  WHERE kind = 'bank' AND reason = 'bank_down' AND done_at IS NULL AND skipped_at IS NULL;
CREATE INDEX connection_of_bank ON connection (institution, created_at) WHERE kind = 'bank';

CREATE FUNCTION clients_of_banks_back(at_most integer) RETURNS TABLE (practice_id uuid, onboarding_id uuid, id uuid)
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
      -- What is only rehearsed says nothing of a bank.
      AND EXISTS (SELECT FROM connection c JOIN onboarding x ON x.id = c.onboarding_id AND x.clock_offset_ms = 0
        WHERE c.kind = 'bank' AND c.institution = t.institution AND c.created_at > t.status_at)
    ORDER BY s.failed_at LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION clients_of_banks_back FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_of_banks_back TO embark_worker;
