-- A colleague's clients are found, counted and handed over by their account manager.
CREATE INDEX organisation_manager ON organisation (practice_id, account_manager_id) WHERE account_manager_id IS NOT NULL;

-- What whoever invites a colleague calls them; they say themselves when they join.
ALTER TABLE colleague_invitation ADD COLUMN name text CHECK (length(name) BETWEEN 1 AND 160);

-- Signs out whoever was removed from the present practice: of what opens this practice alone, and of everything where
-- they work nowhere else. Does nothing to anybody else.
CREATE FUNCTION sign_out_removed(person uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    DELETE FROM identity.session s
    WHERE s.user_id = person
      AND EXISTS (SELECT FROM audit_event a
        WHERE a.practice_id = current_practice() AND a.subject_id = person::text AND a.kind = 'member_removed')
      AND NOT EXISTS (SELECT FROM membership m WHERE m.practice_id = current_practice() AND m.user_id = person)
      AND (s.practice_id = current_practice() OR NOT EXISTS (SELECT FROM membership m WHERE m.user_id = person)
        AND NOT EXISTS (SELECT FROM identity.support_person h WHERE h.user_id = person))
  $$;
REVOKE EXECUTE ON FUNCTION sign_out_removed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_out_removed TO embark_api;
