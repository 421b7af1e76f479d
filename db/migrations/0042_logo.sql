-- Pictures that practices show to their clients, made small. An older one stays for the mails that show it; all go when
-- the practice removes its logo.
CREATE TABLE logo (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  practice_id uuid NOT NULL REFERENCES practice,
  png bytea NOT NULL CHECK (octet_length(png) BETWEEN 1 AND 6144),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (practice_id, id)
);
ALTER TABLE logo ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON logo USING (practice_id = (SELECT current_practice()))
  WITH CHECK (practice_id = (SELECT current_practice()));
GRANT SELECT, INSERT, DELETE ON logo TO embark_api;

ALTER TABLE practice ADD COLUMN logo_id uuid, ADD FOREIGN KEY (id, logo_id) REFERENCES logo (practice_id, id);
GRANT UPDATE (logo_id) ON practice TO embark_api;

-- Whoever reads a page or mail loads it, without a tenant: a picture is known by its id alone.
CREATE FUNCTION logo_png(logo uuid) RETURNS bytea
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT l.png FROM logo l WHERE l.id = logo $$;
REVOKE EXECUTE ON FUNCTION logo_png FROM PUBLIC;
GRANT EXECUTE ON FUNCTION logo_png TO embark_api;
