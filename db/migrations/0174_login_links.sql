-- A sign-in is one person's authorisation at a ledger. What a client's user signs in to our own pages with is a login link.
ALTER TABLE portal.sign_in RENAME TO login_link;
ALTER INDEX portal.sign_in_of_person RENAME TO login_link_of_person;
DROP FUNCTION portal_ask_sign_in, portal_look_sign_in, portal_sign_in;

-- A link to log in with, for an address that has somewhere to go. Whether it has is for us alone.
CREATE FUNCTION portal_ask_login_link(wanted text, hash bytea, for_link uuid, valid interval) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH known AS (
      SELECT p.id FROM portal.person p
      WHERE p.address = lower(wanted) AND p.address LIKE '%@%'
        AND EXISTS (SELECT FROM organisation_member m WHERE m.person_id = p.id AND m.removed_at IS NULL)
    ), swept AS (
      DELETE FROM portal.login_link s USING known WHERE s.person_id = known.id AND s.expires_at < clock_timestamp()
    ), made AS (
      INSERT INTO portal.login_link (person_id, token_sha256, link_id, expires_at)
      SELECT id, hash, for_link, clock_timestamp() + valid FROM known RETURNING id
    )
    SELECT count(*) > 0 FROM made
  $$;

-- Whom an unused link logs in.
CREATE FUNCTION portal_find_login_link(hash bytea) RETURNS TABLE (address text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT p.address FROM portal.login_link s JOIN portal.person p ON p.id = s.person_id
    WHERE s.token_sha256 = hash AND s.used_at IS NULL AND s.expires_at > clock_timestamp() $$;

-- Uses the link up and opens a session; answers whose, and the invitation to go on with. Nothing for a link that is used
-- or over.
CREATE FUNCTION portal_use_login_link(hash bytea, session_hash bytea, lives interval)
  RETURNS TABLE (person_id uuid, practice_id uuid, link_id uuid, key_id text)
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH used AS (
      UPDATE portal.login_link s SET used_at = clock_timestamp()
      WHERE s.token_sha256 = hash AND s.used_at IS NULL AND s.expires_at > clock_timestamp()
      RETURNING s.person_id, s.link_id
    ), swept AS (
      DELETE FROM portal.session o USING used WHERE o.person_id = used.person_id AND o.expires_at < clock_timestamp()
    ), opened AS (
      INSERT INTO portal.session (person_id, token_sha256, expires_at)
      SELECT used.person_id, session_hash, clock_timestamp() + lives FROM used
    )
    SELECT used.person_id, l.practice_id, l.id, l.key_id FROM used LEFT JOIN link l ON l.id = used.link_id
  $$;

REVOKE EXECUTE ON FUNCTION portal_ask_login_link, portal_find_login_link, portal_use_login_link FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_ask_login_link, portal_find_login_link, portal_use_login_link TO embark_api;
