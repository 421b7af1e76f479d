-- A session ends 30 days after it began, however often it is renewed or replaced. `authenticated_at` is when its person
-- last proved who they are, by password or at the practice's provider.
ALTER TABLE identity.session
  ADD COLUMN began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ADD COLUMN authenticated_at timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE identity.session SET began_at = created_at, authenticated_at = created_at;

CREATE FUNCTION identity.limit_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.expires_at := least(NEW.expires_at, NEW.began_at + interval '720 hours');
  RETURN NEW;
END $$;
CREATE TRIGGER limit_session BEFORE INSERT OR UPDATE OF expires_at ON identity.session
  FOR EACH ROW EXECUTE FUNCTION identity.limit_session();
UPDATE identity.session SET expires_at = expires_at;

-- The time step (of 30 s) of the last code that was taken: it and those before it are not taken again.
ALTER TABLE identity.second_factor ADD COLUMN last_step bigint;
