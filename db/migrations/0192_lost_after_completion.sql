-- A completed client's row says that a connection was lost: what time alone brings of that, such as the end of a bank's
-- access, stands in its columns `turns_…` beforehand, as for every other client. The worker writes such a row again once
-- its instant is over, so that few rows are read as turned.
CREATE INDEX onboarding_turned ON onboarding (turns_at) WHERE completed_at IS NOT NULL AND turns_at IS NOT NULL;

CREATE FUNCTION completed_turned(at_most integer) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT o.practice_id, o.id FROM onboarding o
    WHERE o.completed_at IS NOT NULL AND o.turns_at <= clock_timestamp() ORDER BY o.turns_at LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION completed_turned FROM PUBLIC;
GRANT EXECUTE ON FUNCTION completed_turned TO embark_worker;

-- Those that were completed before, and share or lost something. Turned into what they are, they read as before until the
-- worker has written them again.
UPDATE onboarding o SET turns_at = clock_timestamp(), turns_blocked_by = NULL, turns_move = NULL,
  turns_also_blocked_by = NULL, turns_also_move = NULL
WHERE o.status = 'completed' AND EXISTS (SELECT FROM connection c WHERE c.onboarding_id = o.id
  AND (c.consent_state IS NOT NULL OR (c.kind = 'books' AND c.state = 'lost')));
