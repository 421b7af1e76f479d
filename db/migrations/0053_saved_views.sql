-- What somebody narrowed the list or the board to, under a name: for that person alone, or for everyone in the practice.
CREATE TABLE saved_view (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  user_id uuid REFERENCES identity.person, -- null: everyone's
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
  place text NOT NULL CHECK (place IN ('list', 'board')),
  search jsonb NOT NULL CHECK (jsonb_typeof(search) = 'object'),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX saved_view_of_all ON saved_view (practice_id, lower(name)) WHERE user_id IS NULL;
CREATE UNIQUE INDEX saved_view_of_one ON saved_view (practice_id, user_id, lower(name)) WHERE user_id IS NOT NULL;
ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON saved_view USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, DELETE ON saved_view TO embark_api, embark_worker;

-- Whoever leaves a practice takes their own along.
CREATE FUNCTION forget_own_views() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
  BEGIN
    DELETE FROM saved_view v WHERE v.practice_id = OLD.practice_id AND v.user_id = OLD.user_id;
    RETURN NULL;
  END
  $$;
REVOKE EXECUTE ON FUNCTION forget_own_views FROM PUBLIC;
CREATE TRIGGER forget_own_views AFTER DELETE ON membership FOR EACH ROW EXECUTE FUNCTION forget_own_views();
