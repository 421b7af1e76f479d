-- An onboarding wrote 80 kB of WAL, of which entries in indexes were half. Changes that touch no indexed column stay on
-- their page (HOT), if it has room for them.
ALTER TABLE organisation SET (fillfactor = 85);
ALTER TABLE invitation SET (fillfactor = 85);
ALTER TABLE auth_session SET (fillfactor = 70);
-- The status of a session stood in an index, although a draft's alone is asked for by it.
DROP INDEX auth_session_held;
ALTER TABLE auth_session
  ADD COLUMN held_by uuid GENERATED ALWAYS AS (CASE WHEN status = 'held' THEN draft_id END) STORED;
CREATE UNIQUE INDEX auth_session_held ON auth_session (held_by) WHERE held_by IS NOT NULL;

-- Half of all events are about messages, and nobody asks for those by their kind.
DROP INDEX event_by_kind;
CREATE INDEX event_by_kind ON event (practice_id, kind, at) WHERE kind <> 'message';

-- Notices of a client are found by person, except at its erasure. Ids of both tables begin with the time.
DROP INDEX notice_of_onboarding, notice_age, staff_mail_of_onboarding, staff_mail_age;
ALTER TABLE staff_mail DROP CONSTRAINT staff_mail_person_id_onboarding_id_event_seq_key,
  ADD UNIQUE (onboarding_id, event_seq, person_id);
CREATE OR REPLACE FUNCTION clear_notices(older_than interval, at_most integer) RETURNS integer
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    WITH gone AS (
      DELETE FROM notice WHERE id IN (
        SELECT n.id FROM notice n WHERE n.id < (SELECT uuidv7(-older_than))
        ORDER BY n.id LIMIT at_most FOR UPDATE SKIP LOCKED)
      RETURNING 1
    ), unmailed AS (
      DELETE FROM staff_mail WHERE id IN (
        SELECT m.id FROM staff_mail m WHERE m.id < (SELECT uuidv7(-older_than))
        ORDER BY m.id LIMIT at_most FOR UPDATE SKIP LOCKED)
    )
    SELECT count(*)::int FROM gone
  $$;
