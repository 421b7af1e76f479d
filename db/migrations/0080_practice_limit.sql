-- A new practice sends little in a day until whoever runs Embark lifts that. Practices from before are known.
ALTER TABLE practice ADD COLUMN limit_lifted_at timestamptz;
UPDATE practice SET limit_lifted_at = clock_timestamp();

-- Neither of the two roles writes the column: only people of support do, through this. False where it was lifted before.
CREATE FUNCTION lift_practice_limit(person uuid) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH lifted AS (
      UPDATE practice SET limit_lifted_at = clock_timestamp()
      WHERE id = current_practice() AND limit_lifted_at IS NULL
        AND EXISTS (SELECT FROM identity.support_person s WHERE s.user_id = person)
      RETURNING id)
    SELECT EXISTS (SELECT FROM lifted)
  $$;

-- Whether a practice is still limited, for people of support alone: before it lets them in, too.
CREATE FUNCTION is_practice_limited(person uuid, practice uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT EXISTS (SELECT FROM practice p WHERE p.id = is_practice_limited.practice AND p.limit_lifted_at IS NULL
      AND EXISTS (SELECT FROM identity.support_person s WHERE s.user_id = person))
  $$;

REVOKE EXECUTE ON FUNCTION lift_practice_limit, is_practice_limited FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lift_practice_limit, is_practice_limited TO embark_api;
