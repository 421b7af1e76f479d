-- Every POST that changes something can be repeated under its key, also those of people without a practice, which stand
-- under the practice of nobody (all zeros). Answers are sealed; `about` holds the ids that route and answer name, so that
-- erasing a client finds them. A row without an answer is a request that works in steps and has begun.
ALTER TABLE idempotency_key
  DROP CONSTRAINT idempotency_key_practice_id_fkey,
  DROP COLUMN status,
  ALTER COLUMN response DROP NOT NULL,
  ADD COLUMN about uuid[] NOT NULL DEFAULT '{}';

-- What is kept already stays good for its day: a whole answer is an object with a `body`, the clients that a bulk action
-- is about stand under a route of their own. Creating a draft again does no harm.
DELETE FROM idempotency_key WHERE route = 'POST /drafts';
UPDATE idempotency_key SET route = route || ' rows' WHERE route = 'POST /onboardings/actions';
UPDATE idempotency_key SET response = jsonb_build_object('body', response)
  WHERE route NOT LIKE 'POST /onboardings/actions%';
UPDATE idempotency_key SET about = ARRAY(
  SELECT DISTINCT (regexp_matches(route || response::text,
    '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g'))[1]::uuid);

-- The worker clears what is too old, of all practices.
CREATE FUNCTION clear_idempotency_keys(older_than interval, at_most integer) RETURNS integer
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH cleared AS (
    DELETE FROM idempotency_key WHERE ctid IN (
      SELECT ctid FROM idempotency_key WHERE created_at < clock_timestamp() - older_than
      ORDER BY created_at LIMIT at_most FOR UPDATE SKIP LOCKED)
    RETURNING 1)
  SELECT count(*)::int FROM cleared
$$;
REVOKE EXECUTE ON FUNCTION clear_idempotency_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clear_idempotency_keys TO embark_worker;
