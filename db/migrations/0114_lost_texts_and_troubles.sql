-- When an attempt last gave a message to its provider: a text whose answer was lost is looked for in the provider's list a
-- minute later, before it is repeated.
ALTER TABLE message ADD COLUMN attempted_at timestamptz;

-- Texts that are due to be asked about: sent ones without a last report, and those whose answer was lost, which are found
-- by their number and words.
CREATE OR REPLACE FUNCTION take_texts_to_ask(ages interval[], at_most integer)
  RETURNS TABLE (practice_id uuid, onboarding_id uuid, id uuid)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH due AS (
      SELECT m.id FROM message m WHERE m.ask_at <= clock_timestamp()
      ORDER BY m.ask_at LIMIT at_most FOR UPDATE SKIP LOCKED),
    taken AS (
      UPDATE message m SET ask_at = CASE WHEN m.state IN ('sending', 'unknown') OR m.state = 'sent' AND m.provider_id IS NOT NULL THEN
        (SELECT min(m.claimed_at + age) FROM unnest(ages) AS age WHERE m.claimed_at + age > clock_timestamp()) END
      FROM due WHERE m.id = due.id
      RETURNING m.practice_id, m.onboarding_id, m.id, m.state, m.provider_id)
    SELECT t.practice_id, t.onboarding_id, t.id FROM taken t
      WHERE t.state IN ('sending', 'unknown') OR t.state = 'sent' AND t.provider_id IS NOT NULL
  $$;

-- The texts of the last day whose answer was lost.
UPDATE message SET ask_at = clock_timestamp()
  WHERE channel = 'sms' AND state = 'unknown' AND provider_id IS NULL
    AND claimed_at > clock_timestamp() - interval '24 hours';

-- What an operator must mend at a provider, such as a sender that is not allowed. It is about no practice. While it rests
-- nothing is asked of the service: no message of the channel leaves, no company is looked up.
CREATE TABLE provider_trouble (
  service text NOT NULL CHECK (service IN ('email', 'sms', 'registry')),
  code text NOT NULL,
  reason text NOT NULL,
  first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  times integer NOT NULL DEFAULT 1,
  rests_until timestamptz,
  PRIMARY KEY (service, code)
);
GRANT SELECT, INSERT, UPDATE ON provider_trouble TO embark_api, embark_worker;

-- Where a number was texted, the latest text of each practice: a reply names no practice, since all share one sender.
CREATE FUNCTION resolve_texted(number text) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT m.practice_id, m.id, m.onboarding_id FROM practice p CROSS JOIN LATERAL (
      SELECT m.practice_id, m.id, m.onboarding_id FROM message m
      WHERE m.practice_id = p.id AND m.recipient = number AND m.channel = 'sms'
      ORDER BY m.created_at DESC LIMIT 1) AS m $$;
REVOKE EXECUTE ON FUNCTION resolve_texted FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_texted TO embark_api;
