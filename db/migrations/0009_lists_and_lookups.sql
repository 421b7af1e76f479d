-- Waiting longest: only what somebody has to move.
CREATE INDEX onboarding_waiting_open ON onboarding (practice_id, since, id) WHERE move IS NOT NULL;
DROP INDEX onboarding_waiting;

-- lower() is not leakproof, so under row-level security no index on it is used: like the search, these look-ups carry
-- the tenant as an explicit predicate instead.
CREATE FUNCTION organisation_by_code(code text) RETURNS TABLE (id uuid, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT o.id, o.name FROM organisation o
    WHERE o.practice_id = current_practice() AND lower(o.practice_code) = lower(code) $$;
CREATE FUNCTION organisations_named(wanted text, at_most integer) RETURNS TABLE (id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT o.id FROM organisation o
    WHERE o.practice_id = current_practice() AND lower(o.name) = lower(wanted) LIMIT at_most $$;
REVOKE EXECUTE ON FUNCTION organisation_by_code, organisations_named FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organisation_by_code, organisations_named TO embark_api;

-- Readiness compares what is applied with what the process came with.
GRANT SELECT ON migration TO embark_api, embark_worker;
