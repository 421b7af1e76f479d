-- Who came back from a trip to a bank: the browser that set out, another one, or nobody though a poll found it approved.
-- In the latter two cases a yes on our page is needed before anything is stored; null as long as none of it is known.
ALTER TABLE auth_session ADD COLUMN came_back text
  CONSTRAINT came_back_somehow CHECK (came_back IN ('here', 'elsewhere', 'nobody'));
-- Until now such a trip was known by its next poll, which was put off to its end.
UPDATE auth_session SET came_back = 'elsewhere' WHERE step = 'bank' AND status = 'pending' AND next_poll_at = expires_at;
