CREATE TABLE organisation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  -- Shown to people, never used for authorisation; given by the workflow's first activity, then immutable.
  reference text UNIQUE CHECK (reference ~ '^EM-[0-9A-HJKMNP-TV-Z]{6}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
  kind text NOT NULL CHECK (kind IN ('business', 'self_employed')),
  practice_code text CHECK (practice_code ~ '^[A-Za-z0-9./-]{1,24}$'),
  industry text,
  solutions text[] NOT NULL DEFAULT '{}',
  country text NOT NULL,
  currency text NOT NULL,
  companies_house_number text,
  contact_name text,
  contact_email text,
  contact_phone text,
  ni_number_sealed text,
  ni_number_last4 text,
  postcode text,
  intake_address text UNIQUE,
  ledger_name text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (kind <> 'self_employed' OR country = 'GB')
);
CREATE UNIQUE INDEX organisation_practice_code ON organisation (practice_id, lower(practice_code));
CREATE INDEX organisation_name ON organisation (practice_id, lower(name));
CREATE INDEX organisation_search ON organisation USING gin (
  (lower(name || ' ' || coalesce(contact_email, '') || ' ' || coalesce(contact_phone, '') || ' ' ||
   coalesce(reference, '') || ' ' || coalesce(practice_code, ''))) gin_trgm_ops
);

CREATE TABLE income_source (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  organisation_id uuid NOT NULL REFERENCES organisation,
  position integer NOT NULL,
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('self_employment', 'uk_property')),
  UNIQUE (organisation_id, position)
);

CREATE FUNCTION keep_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.reference IS NOT NULL AND NEW.reference IS DISTINCT FROM OLD.reference THEN
    RAISE EXCEPTION 'the client reference is immutable';
  END IF;
  IF NEW.kind <> OLD.kind THEN
    RAISE EXCEPTION 'the kind of an organisation is immutable';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_reference BEFORE UPDATE ON organisation FOR EACH ROW EXECUTE FUNCTION keep_reference();
