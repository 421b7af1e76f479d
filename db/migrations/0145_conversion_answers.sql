-- The conversion report counts everything from one index: beside the instant of the invitation stand the hours until the
-- bank was connected and the recorded answer. Both follow from the log and are written with it.
ALTER TABLE conversion
  DROP COLUMN within, -- with the index over it
  ADD COLUMN hours integer GENERATED ALWAYS AS (ceil(date_part('epoch', bank_at - invited_at) / 3600)) STORED,
  ADD COLUMN answer text CHECK (answer IN ('accepted', 'cancelled', 'declined', 'expired'));

-- Acceptance stands whatever comes after; the other answers stand until they are taken back. Null without one.
CREATE FUNCTION recorded_answer(onboarding uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN bool_or(kind = 'accepted') THEN 'accepted'
    WHEN max(seq) FILTER (WHERE kind = 'cancelled')
      > coalesce(max(seq) FILTER (WHERE kind IN ('undone', 'reopened')), 0) THEN 'cancelled'
    WHEN max(seq) FILTER (WHERE kind = 'declined') > coalesce(max(seq) FILTER (WHERE kind = 'resent'), 0) THEN 'declined'
    WHEN max(seq) FILTER (WHERE kind = 'expired')
      > coalesce(max(seq) FILTER (WHERE kind IN ('resent', 'extended', 'invitation_skipped')), 0) THEN 'expired'
  END
  FROM event WHERE onboarding_id = onboarding
$$;
REVOKE EXECUTE ON FUNCTION recorded_answer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recorded_answer TO embark_api, embark_worker;

CREATE FUNCTION note_answer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  now_recorded text := recorded_answer(NEW.onboarding_id);
BEGIN
  UPDATE conversion SET answer = now_recorded
  WHERE onboarding_id = NEW.onboarding_id AND answer IS DISTINCT FROM now_recorded;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION note_answer FROM PUBLIC;
CREATE TRIGGER note_answer AFTER INSERT ON event FOR EACH ROW
  WHEN (NEW.kind IN ('accepted', 'declined', 'expired', 'cancelled', 'resent', 'extended', 'undone', 'reopened',
    'invitation_skipped'))
  EXECUTE FUNCTION note_answer();

-- The same from the log that is there already.
UPDATE conversion SET answer = recorded_answer(onboarding_id);

CREATE INDEX conversion_counted ON conversion (practice_id, invited_at) INCLUDE (onboarding_id, hours, answer)
  WHERE NOT skipped;
DROP INDEX onboarding_unaccepted;
