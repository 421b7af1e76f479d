-- The log is only appended to, with one exception: which bank an erased client chose goes, since of a self-employed person it
-- is personal. What happened and when stays. Does nothing for a client that is not erased, or is another practice's.
CREATE FUNCTION forget_banks_in_log(organisation uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    UPDATE event e SET data = e.data || CASE e.kind WHEN 'accepted' THEN '{"bank": null}' ELSE '{"institution": null}' END::jsonb
    FROM onboarding o JOIN organisation g ON g.id = o.organisation_id
    WHERE g.id = organisation AND g.erased_at IS NOT NULL
      AND g.practice_id = nullif(current_setting('app.practice_id', true), '')::uuid
      AND e.onboarding_id = o.id AND e.kind IN ('accepted', 'bank_started')
  $$;
REVOKE EXECUTE ON FUNCTION forget_banks_in_log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_banks_in_log TO embark_api;

-- Those that were erased before.
UPDATE event e SET data = e.data || CASE e.kind WHEN 'accepted' THEN '{"bank": null}' ELSE '{"institution": null}' END::jsonb
FROM onboarding o JOIN organisation g ON g.id = o.organisation_id
WHERE g.erased_at IS NOT NULL AND e.onboarding_id = o.id AND e.kind IN ('accepted', 'bank_started');
