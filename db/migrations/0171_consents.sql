-- The page of consents lists what every client of a practice allowed at a bank, in the order in which it ends.
ALTER TABLE connection ADD COLUMN ended_by text CHECK (ended_by IN ('client', 'staff')); -- of a disconnected one
UPDATE connection c SET ended_by = CASE WHEN EXISTS (SELECT FROM told t WHERE t.onboarding_id = c.onboarding_id
    AND t.request_id = c.id::text AND t.about = 'stopped_sharing') THEN 'client' ELSE 'staff' END
  WHERE c.state = 'disconnected';

-- The parts of `domain/consents.ts` that rows hold. Null: a ledger, a replaced connection, or one that the practice ended.
-- The end is on the real clock, so that one index serves rows of moved clocks too; the last instant there is, if none.
ALTER TABLE connection
  ADD COLUMN consent_state text GENERATED ALWAYS AS (CASE
    WHEN kind <> 'bank' THEN NULL
    WHEN state = 'connected' THEN 'standing'
    WHEN state = 'disconnected' AND ended_by = 'client' THEN 'stopped'
    WHEN state = 'lost' AND (health = 'expired' OR health_since >= access_until) THEN 'expired'
    WHEN state = 'lost' THEN 'lost' END) STORED,
  ADD COLUMN consent_ends_ms bigint GENERATED ALWAYS AS (CASE WHEN kind = 'bank' THEN coalesce(
    (extract(epoch FROM least(access_until, CASE state WHEN 'connected' THEN NULL WHEN 'lost' THEN
      coalesce(health_since, created_at) ELSE ended_at END) - timestamptz '1970-01-01 00:00:00+00') * 1000)::bigint
      - clock_offset_ms, 8640000000000000) END) STORED;

CREATE INDEX consent_by_end ON connection (practice_id, consent_ends_ms, id) WHERE consent_state IS NOT NULL;
CREATE INDEX consent_by_bank ON connection (practice_id, institution_name, consent_ends_ms, id)
  WHERE consent_state IS NOT NULL;
CREATE INDEX consent_of_client ON connection (organisation_id) WHERE consent_state IS NOT NULL;
