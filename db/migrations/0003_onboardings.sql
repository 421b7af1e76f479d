CREATE TABLE onboarding (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  organisation_id uuid NOT NULL REFERENCES organisation,

  -- What is so now, on the onboarding's own clock; what was so before is in the event log.
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  provisioned_at timestamptz,
  invited_at timestamptz,
  accepted_at timestamptz,
  declined_at timestamptz,
  expired_at timestamptz,
  completed_at timestamptz,
  cancelled_at timestamptz,
  gave_up_at timestamptz,
  cleaned_at timestamptz,
  status text NOT NULL GENERATED ALWAYS AS (
    CASE
      WHEN cancelled_at IS NOT NULL THEN 'cancelled'
      WHEN completed_at IS NOT NULL THEN 'completed'
      WHEN gave_up_at IS NOT NULL THEN 'gave_up'
      WHEN declined_at IS NOT NULL THEN 'declined'
      WHEN accepted_at IS NOT NULL THEN 'accepted'
      WHEN expired_at IS NOT NULL THEN 'expired'
      WHEN invited_at IS NOT NULL THEN 'invited'
      WHEN provisioned_at IS NOT NULL THEN 'not_invited'
      ELSE 'creating'
    END
  ) STORED,

  expires_at timestamptz,
  snoozed_until timestamptz,
  last_act_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz,
  cancel_reason text,
  decline_reason text,
  decline_note text,

  generation integer NOT NULL DEFAULT 0,
  client_series text,
  client_touch_n integer NOT NULL DEFAULT 0,
  staff_series text,
  staff_touch_n integer NOT NULL DEFAULT 0,

  -- The practice's choices, copied at creation.
  window_days integer NOT NULL,
  give_up_days integer NOT NULL,

  -- Between the row and its workflow.
  run integer NOT NULL DEFAULT 1,
  fact_seq integer NOT NULL DEFAULT 0,
  notified_seq integer NOT NULL DEFAULT 0,
  last_fact_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- real time: how long the engine has not been told
  wake_at timestamptz,
  workflow_started_at timestamptz, -- real time; null until the engine took the present run
  clock_offset_ms bigint NOT NULL DEFAULT 0, -- zero outside rehearsals and tests

  -- describe() as of the last fact, and what it turns into by time alone, for filters.
  blocked_by text,
  move text,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  turns_at timestamptz,
  turns_blocked_by text,
  turns_move text,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),

  CONSTRAINT accepted_was_invited CHECK (accepted_at IS NULL OR invited_at IS NOT NULL),
  CONSTRAINT declined_was_invited CHECK (declined_at IS NULL OR (invited_at IS NOT NULL AND accepted_at IS NULL)),
  CONSTRAINT expired_was_invited CHECK (expired_at IS NULL OR (invited_at IS NOT NULL AND accepted_at IS NULL)),
  CONSTRAINT invited_expires CHECK (invited_at IS NULL OR expires_at IS NOT NULL),
  CONSTRAINT one_end CHECK (num_nonnulls(completed_at, cancelled_at, gave_up_at) <= 1),
  CONSTRAINT gave_up_from_expired_or_declined CHECK (gave_up_at IS NULL OR expired_at IS NOT NULL OR declined_at IS NOT NULL),
  CONSTRAINT cleaned_after_end CHECK (cleaned_at IS NULL OR cancelled_at IS NOT NULL OR gave_up_at IS NOT NULL),
  CONSTRAINT notified_is_known CHECK (notified_seq <= fact_seq)
);
CREATE UNIQUE INDEX onboarding_open ON onboarding (organisation_id)
  WHERE completed_at IS NULL AND cancelled_at IS NULL AND gave_up_at IS NULL;
CREATE INDEX onboarding_organisation ON onboarding (organisation_id);
CREATE INDEX onboarding_newest ON onboarding (practice_id, created_at DESC, id DESC);
CREATE INDEX onboarding_waiting ON onboarding (practice_id, since, id);
CREATE INDEX onboarding_updated ON onboarding (practice_id, updated_at, id);
CREATE INDEX onboarding_status ON onboarding (practice_id, status, created_at DESC, id DESC);
CREATE INDEX onboarding_blocked ON onboarding (practice_id, blocked_by, created_at DESC, id DESC);
CREATE INDEX onboarding_move ON onboarding (practice_id, move, created_at DESC, id DESC);
CREATE INDEX onboarding_turning ON onboarding (practice_id, turns_at) WHERE turns_at IS NOT NULL;
-- The reconciler's three questions.
CREATE INDEX onboarding_not_started ON onboarding (last_fact_at) WHERE workflow_started_at IS NULL;
CREATE INDEX onboarding_not_told ON onboarding (last_fact_at) WHERE fact_seq > notified_seq;
CREATE INDEX onboarding_overslept ON onboarding (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE onboarding_step (
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  kind text NOT NULL CHECK (kind IN ('bank', 'books', 'mapping')),
  owner text NOT NULL CHECK (owner IN ('client', 'practice')),
  required boolean NOT NULL DEFAULT true,
  opened_at timestamptz, -- when it last came back or changed hands
  started_at timestamptz,
  done_at timestamptz,
  skipped_at timestamptz,
  skipped_because text CHECK (skipped_because IN ('nothing_to_do', 'not_needed', 'other')),
  skip_reason text,
  failed_at timestamptz,
  phase text,
  reason text,
  last_error text,
  evidence text,
  PRIMARY KEY (onboarding_id, kind),
  CONSTRAINT done_or_skipped CHECK (done_at IS NULL OR skipped_at IS NULL),
  CONSTRAINT skipped_with_reason CHECK ((skipped_at IS NULL) = (skipped_because IS NULL))
);

CREATE TABLE event (
  practice_id uuid NOT NULL REFERENCES practice,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  seq integer NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_type text NOT NULL CHECK (actor_type IN ('client', 'staff', 'api_key', 'system', 'provider')),
  actor_id text,
  data jsonb NOT NULL DEFAULT '{}',
  position xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (onboarding_id, seq),
  UNIQUE (onboarding_id, kind, key)
);
CREATE INDEX event_by_kind ON event (practice_id, kind, at);
-- The conversion report reads these alone, in the order of the onboardings.
CREATE INDEX event_invited ON event (practice_id, onboarding_id) INCLUDE (at, recorded_at)
  WHERE kind = 'invited' AND data->>'bank' <> 'done';
CREATE INDEX event_bank_connected ON event (practice_id, onboarding_id) INCLUDE (at, recorded_at)
  WHERE kind = 'bank_connected';
CREATE INDEX event_bank_skipped ON event (practice_id, onboarding_id, seq DESC) INCLUDE (kind, recorded_at)
  WHERE (kind = 'step_skipped' AND data->>'step' = 'bank' OR kind = 'step_reopened' AND data->>'step' = 'bank'
    OR kind = 'reopened' AND data->'steps' ? 'bank' OR kind = 'invited' AND data->>'bank' = 'skipped');
CREATE INDEX onboarding_rehearsal ON onboarding (practice_id, id) WHERE clock_offset_ms <> 0;
