-- Since when a client stands in a stage that others go on from; null where the stage has ended or needs staff already.
ALTER TABLE onboarding ADD COLUMN stage_since timestamptz GENERATED ALWAYS AS (CASE
  WHEN num_nonnulls(cancelled_at, completed_at, gave_up_at, declined_at) > 0 THEN NULL
  WHEN accepted_at IS NOT NULL THEN accepted_at
  WHEN expired_at IS NOT NULL THEN NULL
  WHEN invited_at IS NOT NULL THEN invited_at
  ELSE provisioned_at
END) STORED;
CREATE INDEX onboarding_stage ON onboarding (practice_id, status, stage_since) WHERE stage_since IS NOT NULL;

-- How long a stage usually takes in a practice, and how long it may. Three rows a practice: lists compare with them, so
-- that nothing is worked out by row.
CREATE TABLE stage_usual (
  practice_id uuid NOT NULL REFERENCES practice,
  stage text NOT NULL CHECK (stage IN ('not_invited', 'invited', 'accepted')),
  usual interval, -- nine in ten went on within it in the last 90 days; null while too few did
  counted integer NOT NULL DEFAULT 0,
  limit_days integer CHECK (limit_days BETWEEN 1 AND 365), -- the practice's own
  measured_at timestamptz,
  overdue_after interval GENERATED ALWAYS AS (least(usual, limit_days * interval '24 hours')) STORED,
  PRIMARY KEY (practice_id, stage)
);
ALTER TABLE stage_usual ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON stage_usual USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE ON stage_usual TO embark_api, embark_worker;

-- Practices whose stages were not measured for so long.
CREATE FUNCTION practices_to_measure(older_than interval, at_most integer) RETURNS TABLE (practice_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT p.id FROM practice p
    WHERE NOT EXISTS (SELECT FROM stage_usual u
      WHERE u.practice_id = p.id AND u.measured_at > clock_timestamp() - older_than)
    LIMIT at_most
  $$;
REVOKE EXECUTE ON FUNCTION practices_to_measure FROM PUBLIC;
GRANT EXECUTE ON FUNCTION practices_to_measure TO embark_worker;
