-- A tie between a person and what a provider calls them belongs to the issuer, so that a new provider of the practice has
-- ties of its own. Those made since the present provider first worked are its; older ones may be of another, and go: the
-- next sign-in ties those people anew.
DELETE FROM identity.account a
WHERE a.provider_id LIKE 'sign-on:%'
  AND NOT EXISTS (SELECT FROM sign_on o
    WHERE a.provider_id = 'sign-on:' || o.practice_id AND a.created_at >= o.tested_at - interval '1 minute');
UPDATE identity.account a SET provider_id = 'sign-on:' || o.practice_id || ':' || o.issuer
FROM sign_on o WHERE a.provider_id = 'sign-on:' || o.practice_id;

-- Ends every session that the present practice's own sign-in began.
CREATE FUNCTION end_sign_on_sessions() RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ DELETE FROM identity.session s WHERE s.practice_id = current_practice() $$;
REVOKE EXECUTE ON FUNCTION end_sign_on_sessions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_sign_on_sessions TO embark_api;
CREATE INDEX session_by_practice ON identity.session (practice_id) WHERE practice_id IS NOT NULL;
