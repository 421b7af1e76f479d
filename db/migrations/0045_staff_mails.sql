-- Mails to colleagues: what happened (of an event), and what a day is about (of a day). Frozen before the first attempt
-- and sent under the row's own id, so that a repeat is the same mail; what it said is dropped once it is over.
CREATE TABLE staff_mail (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  person_id uuid NOT NULL REFERENCES identity.person ON DELETE CASCADE,
  onboarding_id uuid REFERENCES onboarding,
  event_seq integer,
  notice text,
  day date,
  -- `with_message`: goes with the message that the onboarding queued for the same event.
  state text NOT NULL CHECK (state IN ('queued', 'with_message', 'sent', 'refused', 'given_up', 'nothing')),
  recipient text,
  template_version text,
  inputs jsonb,
  attempts integer NOT NULL DEFAULT 0,
  claimed_at timestamptz, -- first; the provider's key window runs from here
  retry_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT of_an_event_or_a_day CHECK (num_nonnulls(onboarding_id, event_seq, notice) = CASE WHEN day IS NULL THEN 3 ELSE 0 END),
  CONSTRAINT over_says_nothing CHECK (state = 'queued' OR num_nonnulls(recipient, inputs) = 0),
  UNIQUE (person_id, onboarding_id, event_seq),
  UNIQUE (practice_id, person_id, day)
);
CREATE INDEX staff_mail_queued ON staff_mail (created_at) WHERE state = 'queued';
CREATE INDEX staff_mail_of_onboarding ON staff_mail (onboarding_id) WHERE onboarding_id IS NOT NULL;
CREATE INDEX staff_mail_age ON staff_mail (created_at);

-- The last day whose digests were all made.
CREATE TABLE digest_day (
  practice_id uuid PRIMARY KEY REFERENCES practice,
  day date NOT NULL
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['staff_mail', 'digest_day'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (practice_id = (SELECT current_practice())) WITH CHECK (practice_id = (SELECT current_practice()))', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_mail TO embark_api, embark_worker;
GRANT SELECT, INSERT, UPDATE ON digest_day TO embark_worker;

-- Mails of every practice that may be tried now, the oldest first.
CREATE FUNCTION staff_mails_due(at_most integer) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT m.practice_id, m.id FROM staff_mail m
    WHERE m.state = 'queued' AND (m.retry_at IS NULL OR m.retry_at <= clock_timestamp())
    ORDER BY m.created_at LIMIT at_most
  $$;

-- The time zones there are, and the practices of those zones whose digests of the day are still to be made.
CREATE FUNCTION practice_zones() RETURNS TABLE (time_zone text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT DISTINCT p.time_zone FROM practice p $$;
CREATE FUNCTION practices_to_digest(zones text[], days date[], at_most integer)
  RETURNS TABLE (practice_id uuid, time_zone text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT p.id, p.time_zone FROM unnest(zones, days) AS z (zone, day) JOIN practice p ON p.time_zone = z.zone
    WHERE NOT EXISTS (SELECT FROM digest_day d WHERE d.practice_id = p.id AND d.day >= z.day)
    LIMIT at_most
  $$;

-- Old mails go with the notices.
CREATE OR REPLACE FUNCTION clear_notices(older_than interval, at_most integer) RETURNS integer
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH gone AS (
      DELETE FROM notice WHERE id IN (
        SELECT n.id FROM notice n WHERE n.created_at < clock_timestamp() - older_than
        ORDER BY n.created_at LIMIT at_most FOR UPDATE SKIP LOCKED)
      RETURNING 1
    ), unmailed AS (
      DELETE FROM staff_mail WHERE id IN (
        SELECT m.id FROM staff_mail m WHERE m.created_at < clock_timestamp() - older_than
        ORDER BY m.created_at LIMIT at_most FOR UPDATE SKIP LOCKED)
    )
    SELECT count(*)::int FROM gone
  $$;
REVOKE EXECUTE ON FUNCTION staff_mails_due, practice_zones, practices_to_digest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_mails_due, practice_zones, practices_to_digest TO embark_worker;
