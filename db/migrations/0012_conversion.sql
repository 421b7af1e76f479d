-- What the conversion report counts: one narrow row per invited onboarding, so that half a year of weeks is counted from
-- one index. It follows from the log alone and is written with it; a report of a past date reads the log itself.
CREATE TABLE conversion (
  onboarding_id uuid PRIMARY KEY REFERENCES onboarding ON DELETE CASCADE,
  practice_id uuid NOT NULL REFERENCES practice,
  invited_at timestamptz NOT NULL,
  bank_at timestamptz,
  skipped boolean NOT NULL,
  -- The shortest horizon, in days, within which the bank was connected.
  within smallint GENERATED ALWAYS AS (CASE
    WHEN date_part('epoch', bank_at - invited_at) <= 7 * 86400 THEN 7
    WHEN date_part('epoch', bank_at - invited_at) <= 14 * 86400 THEN 14
    WHEN date_part('epoch', bank_at - invited_at) <= 30 * 86400 THEN 30
  END) STORED
);
CREATE INDEX conversion_counted ON conversion (practice_id, invited_at) INCLUDE (within) WHERE NOT skipped;
ALTER TABLE conversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON conversion USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE ON conversion TO embark_api, embark_worker;

CREATE FUNCTION note_conversion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind = 'invited' THEN
    -- A bank that was there before the invitation is no conversion.
    INSERT INTO conversion (onboarding_id, practice_id, invited_at, skipped)
    SELECT NEW.onboarding_id, NEW.practice_id, NEW.at, NEW.data->>'bank' = 'skipped'
    WHERE NEW.data->>'bank' <> 'done' AND NOT EXISTS (
      SELECT FROM event WHERE onboarding_id = NEW.onboarding_id AND kind = 'bank_connected' AND seq < NEW.seq);
  ELSIF NEW.kind = 'bank_connected' THEN
    UPDATE conversion SET bank_at = NEW.at WHERE onboarding_id = NEW.onboarding_id AND bank_at IS NULL;
  ELSE
    UPDATE conversion SET skipped = NEW.kind = 'step_skipped' WHERE onboarding_id = NEW.onboarding_id;
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION note_conversion FROM PUBLIC;
CREATE TRIGGER note_conversion AFTER INSERT ON event FOR EACH ROW
  WHEN (NEW.kind IN ('invited', 'bank_connected')
    OR NEW.kind IN ('step_skipped', 'step_reopened') AND NEW.data->>'step' = 'bank'
    OR NEW.kind = 'reopened' AND NEW.data->'steps' ? 'bank')
  EXECUTE FUNCTION note_conversion();

-- The same from a log that is there already.
INSERT INTO conversion (onboarding_id, practice_id, invited_at, bank_at, skipped)
SELECT i.onboarding_id, i.practice_id, i.at,
  (SELECT min(c.at) FROM event c WHERE c.onboarding_id = i.onboarding_id AND c.kind = 'bank_connected'),
  coalesce((SELECT s.kind IN ('step_skipped', 'invited') FROM event s
    WHERE s.onboarding_id = i.onboarding_id
      AND (s.kind IN ('step_skipped', 'step_reopened') AND s.data->>'step' = 'bank'
        OR s.kind = 'reopened' AND s.data->'steps' ? 'bank' OR s.kind = 'invited' AND s.data->>'bank' = 'skipped')
    ORDER BY s.seq DESC LIMIT 1), false)
FROM event i
WHERE i.kind = 'invited' AND i.data->>'bank' <> 'done' AND NOT EXISTS (
  SELECT FROM event b WHERE b.onboarding_id = i.onboarding_id AND b.kind = 'bank_connected' AND b.seq < i.seq);
