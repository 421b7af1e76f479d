-- A request to be let in, to somebody who keeps the business on Embark already. It stands where an invitation would.
ALTER TABLE invitation ADD COLUMN asks boolean NOT NULL DEFAULT false;

-- Which of a person's organisations are one business, kept with several practices: the person's own view, which no
-- practice learns.
CREATE TABLE portal.same_business (
  organisation_id uuid NOT NULL,
  person_id uuid NOT NULL,
  business uuid NOT NULL, -- the organisation that was there first
  PRIMARY KEY (organisation_id, person_id),
  FOREIGN KEY (organisation_id, person_id) REFERENCES organisation_member ON DELETE CASCADE
);

-- Where the person of an address is at home, by name: read to find the same business there, and shown to them alone.
CREATE FUNCTION portal_places(wanted text, except_organisation uuid)
  RETURNS TABLE (organisation_id uuid, name text, practice text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT g.id, g.name, r.name
    FROM portal.person p JOIN organisation_member m ON m.person_id = p.id AND m.removed_at IS NULL
      JOIN organisation g ON g.id = m.organisation_id JOIN practice r ON r.id = g.practice_id
    WHERE p.address = lower(wanted) AND g.id <> except_organisation AND g.erased_at IS NULL
    ORDER BY m.joined_at, g.id $$;

-- Notes that two of a person's organisations are one business; nothing for organisations that are not theirs.
CREATE FUNCTION portal_tie(person uuid, organisation uuid, other uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    INSERT INTO portal.same_business (organisation_id, person_id, business)
    SELECT o.id, person, coalesce((SELECT s.business FROM portal.same_business s
      WHERE s.person_id = person AND s.organisation_id = other), other)
    FROM unnest(ARRAY[organisation, other]) AS o (id)
    WHERE organisation <> other AND 2 = (SELECT count(*) FROM organisation_member m
      WHERE m.person_id = person AND m.organisation_id IN (organisation, other) AND m.removed_at IS NULL)
    ON CONFLICT (organisation_id, person_id) DO UPDATE SET business = excluded.business
  $$;

DROP FUNCTION portal_organisations;
CREATE FUNCTION portal_organisations(person uuid)
  RETURNS TABLE (practice_id uuid, organisation_id uuid, role text, business uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT m.practice_id, m.organisation_id, m.role, coalesce(s.business, m.organisation_id)
    FROM organisation_member m
      LEFT JOIN portal.same_business s ON s.organisation_id = m.organisation_id AND s.person_id = m.person_id
    WHERE m.person_id = person AND m.removed_at IS NULL ORDER BY m.joined_at, m.organisation_id $$;

REVOKE EXECUTE ON FUNCTION portal_places, portal_tie, portal_organisations FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_places, portal_tie, portal_organisations TO embark_api;
