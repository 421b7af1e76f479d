-- What happened at a client, for each colleague who is told of it. Names are looked up when shown: here are ids only.
CREATE TABLE notice (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  person_id uuid NOT NULL REFERENCES identity.person ON DELETE CASCADE,
  onboarding_id uuid NOT NULL REFERENCES onboarding,
  event_seq integer NOT NULL,
  kind text NOT NULL,
  in_app boolean NOT NULL, -- shown under the bell
  digest boolean NOT NULL, -- named in the next digest
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  read_at timestamptz,
  UNIQUE (person_id, onboarding_id, event_seq)
);
CREATE INDEX notice_newest ON notice (practice_id, person_id, id DESC) WHERE in_app;
CREATE INDEX notice_unread ON notice (practice_id, person_id) WHERE in_app AND read_at IS NULL;
CREATE INDEX notice_of_onboarding ON notice (onboarding_id);
CREATE INDEX notice_age ON notice (created_at);

-- What a colleague chose to be told of, and how. No row: as it is for everybody at first.
CREATE TABLE notice_settings (
  practice_id uuid NOT NULL REFERENCES practice,
  person_id uuid NOT NULL REFERENCES identity.person ON DELETE CASCADE,
  clients text NOT NULL CHECK (clients IN ('managed', 'all')),
  in_app text[] NOT NULL,
  email text[] NOT NULL,
  digest text[] NOT NULL,
  PRIMARY KEY (practice_id, person_id)
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['notice', 'notice_settings'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (practice_id = (SELECT current_practice())) WITH CHECK (practice_id = (SELECT current_practice()))', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, DELETE, UPDATE (read_at) ON notice TO embark_api;
GRANT SELECT, INSERT, DELETE ON notice TO embark_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON notice_settings TO embark_api;
GRANT SELECT ON notice_settings TO embark_worker;

-- Clears old notices of every practice, so many at once; answers how many.
CREATE FUNCTION clear_notices(older_than interval, at_most integer) RETURNS integer
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH gone AS (
      DELETE FROM notice WHERE id IN (
        SELECT n.id FROM notice n WHERE n.created_at < clock_timestamp() - older_than
        ORDER BY n.created_at LIMIT at_most FOR UPDATE SKIP LOCKED)
      RETURNING 1)
    SELECT count(*)::int FROM gone
  $$;
REVOKE EXECUTE ON FUNCTION clear_notices FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clear_notices TO embark_worker;
