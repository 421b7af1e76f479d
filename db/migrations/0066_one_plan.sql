-- All that the worker asks goes by ids: planning anew for each value cost more than the statements themselves, and for
-- some went on for ever, since PostgreSQL keeps a plan only where it guesses no worse than for the value at hand.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('embark roles'));
  ALTER ROLE embark_worker SET plan_cache_mode = 'force_generic_plan';
END $$;
