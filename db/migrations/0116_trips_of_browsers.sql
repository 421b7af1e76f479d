-- Finds the last trip to a bank that a browser set out with, for providers that send people back without a state of ours.
CREATE INDEX auth_session_of_browser ON auth_session (browser_sha256) WHERE step = 'bank' AND browser_sha256 IS NOT NULL;
CREATE FUNCTION resolve_trip_of_browser(browser bytea) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT s.practice_id, s.id, s.onboarding_id FROM auth_session s
    WHERE s.step = 'bank' AND s.browser_sha256 = browser ORDER BY s.expires_at DESC LIMIT 1
  $$;
REVOKE EXECUTE ON FUNCTION resolve_trip_of_browser FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_trip_of_browser TO embark_api;
