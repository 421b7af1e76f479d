-- A client that is still being set up in the wizard. What was typed is sealed: it names people, and may be unfinished.
CREATE TABLE client_draft (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  kind text NOT NULL CHECK (kind IN ('business', 'self_employed')),
  step text NOT NULL,
  data_sealed text,
  version integer NOT NULL DEFAULT 1,
  created_by_type text NOT NULL,
  created_by_id text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz, -- made a client, deleted or abandoned
  onboarding_id uuid REFERENCES onboarding,
  CONSTRAINT adopted_is_ended CHECK (onboarding_id IS NULL OR ended_at IS NOT NULL),
  CONSTRAINT ended_is_empty CHECK (ended_at IS NULL OR data_sealed IS NULL)
);
CREATE INDEX client_draft_of ON client_draft (practice_id, created_by_id, updated_at DESC) WHERE ended_at IS NULL;
CREATE INDEX client_draft_abandoned ON client_draft (updated_at) WHERE ended_at IS NULL;
ALTER TABLE client_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON client_draft USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, UPDATE ON client_draft TO embark_api, embark_worker;

-- A trip to a ledger belongs to an onboarding or to a draft. `held`: the organisation is chosen and waits, tokens and
-- all, for its client to be made; then the trip becomes the new onboarding's.
ALTER TABLE auth_session ADD COLUMN draft_id uuid REFERENCES client_draft;
ALTER TABLE auth_session ALTER COLUMN onboarding_id DROP NOT NULL;
ALTER TABLE auth_session ADD CONSTRAINT auth_session_is_somebodys CHECK (num_nonnulls(onboarding_id, draft_id) = 1);
ALTER TABLE auth_session ADD CONSTRAINT drafts_have_books CHECK (draft_id IS NULL OR step = 'books');
ALTER TABLE auth_session DROP CONSTRAINT auth_session_status_check;
ALTER TABLE auth_session ADD CONSTRAINT auth_session_status_check
  CHECK (status IN ('pending', 'exchanging', 'choosing', 'held', 'done', 'failed'));
ALTER TABLE auth_session ADD CONSTRAINT held_for_a_draft CHECK (status <> 'held' OR (draft_id IS NOT NULL AND grant_sealed IS NOT NULL));
CREATE INDEX auth_session_of_draft ON auth_session (draft_id) WHERE draft_id IS NOT NULL;
CREATE UNIQUE INDEX auth_session_held ON auth_session (draft_id) WHERE status = 'held';

-- Drafts that nobody touched for so long, and ended ones that still hold something at a ledger.
CREATE FUNCTION drafts_to_end(untouched_for interval, at_most integer) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT d.practice_id, d.id FROM client_draft d
      WHERE d.ended_at IS NULL AND d.updated_at < clock_timestamp() - untouched_for ORDER BY d.updated_at LIMIT at_most)
    UNION
    (SELECT d.practice_id, d.id FROM auth_session s JOIN client_draft d ON d.id = s.draft_id
      WHERE s.grant_sealed IS NOT NULL AND d.ended_at IS NOT NULL LIMIT at_most)
  $$;
REVOKE EXECUTE ON FUNCTION drafts_to_end FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drafts_to_end TO embark_worker;
