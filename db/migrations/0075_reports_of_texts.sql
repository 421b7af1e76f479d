-- A text that no report says the end of is asked about at its provider, at `ask_at` next; null where nothing is to be asked.
ALTER TABLE message ADD COLUMN ask_at timestamptz;
CREATE INDEX message_to_ask ON message (ask_at) WHERE ask_at IS NOT NULL;

-- Those of the last day whose reports may have been lost.
UPDATE message SET ask_at = clock_timestamp()
  WHERE channel = 'sms' AND state = 'sent' AND provider_id IS NOT NULL
    AND claimed_at > clock_timestamp() - interval '24 hours';

-- Takes texts that are due to be asked about, of every practice, and sets when each is asked about next: at the first of
-- `ages`, counted from its first attempt, that is still to come. What has been reported on is forgotten.
CREATE FUNCTION take_texts_to_ask(ages interval[], at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid, id uuid)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH due AS (
      SELECT m.id FROM message m WHERE m.ask_at <= clock_timestamp()
      ORDER BY m.ask_at LIMIT at_most FOR UPDATE SKIP LOCKED),
    taken AS (
      UPDATE message m SET ask_at = CASE WHEN m.state = 'sent' AND m.provider_id IS NOT NULL THEN
        (SELECT min(m.claimed_at + age) FROM unnest(ages) AS age WHERE m.claimed_at + age > clock_timestamp()) END
      FROM due WHERE m.id = due.id
      RETURNING m.practice_id, m.onboarding_id, m.id, m.state, m.provider_id)
    SELECT t.practice_id, t.onboarding_id, t.id FROM taken t WHERE t.state = 'sent' AND t.provider_id IS NOT NULL
  $$;
REVOKE EXECUTE ON FUNCTION take_texts_to_ask FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_texts_to_ask TO embark_worker;
