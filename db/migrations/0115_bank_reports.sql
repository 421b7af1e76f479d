-- Finds the trip that a bank's provider reports about: by the provider's id of it, else by our own in the report, which
-- finds a trip whose opening the provider never answered.
CREATE INDEX auth_session_at_provider ON auth_session (external_id) WHERE external_id IS NOT NULL;
CREATE FUNCTION resolve_bank_trip(of_provider text, provider_id text, session uuid)
  RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT s.practice_id, s.id, s.onboarding_id FROM auth_session s
    WHERE s.step = 'bank' AND s.provider = of_provider AND (s.external_id = provider_id OR s.id = session)
    ORDER BY s.external_id IS NOT DISTINCT FROM provider_id DESC LIMIT 1
  $$;
REVOKE EXECUTE ON FUNCTION resolve_bank_trip FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_bank_trip TO embark_api;

-- Polls are counted from now on only where nobody waits for the answer, and a provider takes few of those a day.
UPDATE auth_session SET polls = 0 WHERE step = 'bank' AND status = 'pending';
