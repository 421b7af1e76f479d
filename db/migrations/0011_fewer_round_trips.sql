-- What the engine was told is noted after every signal: one statement instead of a transaction of four, hence a function
-- with the tenant as an explicit predicate.
CREATE FUNCTION stamp_notified(practice uuid, onboarding uuid, told_run integer, told_seq integer) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    UPDATE onboarding o SET notified_seq = greatest(o.notified_seq, least(told_seq, o.fact_seq)),
      workflow_started_at = coalesce(o.workflow_started_at, clock_timestamp())
    WHERE o.id = onboarding AND o.practice_id = practice AND o.run = told_run
      AND (o.notified_seq < told_seq OR o.workflow_started_at IS NULL)
  $$;
REVOKE EXECUTE ON FUNCTION stamp_notified FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stamp_notified TO embark_api, embark_worker;

-- Taking the epoch of a timestamp is "stable", so an IMMUTABLE function around it is never inlined and was called for
-- every instant of every row: a page of 100 onboardings took 28 ms to read, inlined it takes 7.
CREATE OR REPLACE FUNCTION epoch_ms(t timestamptz) RETURNS double precision LANGUAGE sql STABLE PARALLEL SAFE
  RETURN round(date_part('epoch', t) * 1000);
