-- The accounting software of a client decides how its books are set up: connected, by hand, found out first, or not at all.
ALTER TABLE organisation ADD COLUMN software_name text CHECK (char_length(software_name) BETWEEN 1 AND 60);
UPDATE organisation g SET software = c.provider FROM connection c
  WHERE c.organisation_id = g.id AND c.kind = 'books' AND c.state IN ('connected', 'lost')
    AND g.software IS DISTINCT FROM c.provider;
UPDATE organisation SET software = 'unknown' WHERE software IS NULL;
ALTER TABLE organisation
  ALTER COLUMN software SET DEFAULT 'unknown',
  ALTER COLUMN software SET NOT NULL,
  ADD CONSTRAINT organisation_software_named CHECK (software = 'other' OR software_name IS NULL);

-- Which software can be connected is known to the processes alone: they move the steps of other noted software.
ALTER TABLE onboarding_step
  ADD COLUMN way text NOT NULL DEFAULT 'connect' CHECK (way IN ('connect', 'by_hand', 'find_out', 'none'));
UPDATE onboarding_step s SET way = 'find_out' FROM onboarding o JOIN organisation g ON g.id = o.organisation_id
  WHERE s.onboarding_id = o.id AND s.kind = 'books' AND g.software = 'unknown';

-- Books that wait for the practice say so, as describe() has it.
UPDATE onboarding o SET
  blocked_by = CASE WHEN o.blocked_by = 'books' AND o.move = 'practice' THEN 'software_unknown' ELSE o.blocked_by END,
  also_blocked_by = CASE WHEN o.also_blocked_by = 'books' AND o.also_move = 'practice' THEN 'software_unknown'
    ELSE o.also_blocked_by END,
  turns_blocked_by = CASE WHEN o.turns_blocked_by = 'books' AND o.turns_move = 'practice' THEN 'software_unknown'
    ELSE o.turns_blocked_by END,
  turns_also_blocked_by = CASE WHEN o.turns_also_blocked_by = 'books' AND o.turns_also_move = 'practice'
    THEN 'software_unknown' ELSE o.turns_also_blocked_by END
  FROM onboarding_step s
  WHERE s.onboarding_id = o.id AND s.kind = 'books' AND s.way = 'find_out'
    AND 'books' IN (o.blocked_by, o.also_blocked_by, o.turns_blocked_by, o.turns_also_blocked_by);
