-- A client whose completion was taken back stands in its stage since then, not since it accepted.
ALTER TABLE onboarding ADD COLUMN reopened_at timestamptz;
ALTER TABLE onboarding ALTER COLUMN stage_since SET EXPRESSION AS (CASE
  WHEN num_nonnulls(cancelled_at, completed_at, gave_up_at, declined_at) > 0 THEN NULL
  WHEN accepted_at IS NOT NULL THEN greatest(accepted_at, reopened_at)
  WHEN expired_at IS NOT NULL THEN NULL
  WHEN invited_at IS NOT NULL THEN invited_at
  ELSE provisioned_at
END);
