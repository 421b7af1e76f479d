-- A client is asked to confirm what a bank shares before its end, and once after it. `asks_made` counts the instants for
-- asking that are over for the present end, `asked_at` stands while an answer is waited for. `ends_there` is the end that the
-- provider itself sets; `access_until` may be earlier, because the client agreed to so many days.
ALTER TABLE connection
  ADD COLUMN asks_made smallint NOT NULL DEFAULT 0,
  ADD COLUMN asked_at timestamptz,
  ADD COLUMN ends_there timestamptz;
-- A trip that renews a connection, and the end that its page showed.
ALTER TABLE auth_session ADD COLUMN renews uuid REFERENCES connection, ADD COLUMN renews_from timestamptz;
-- Workflows from before wait for the end of the access alone.
UPDATE connection SET wake_at = least(wake_at, clock_timestamp()) WHERE kind = 'bank' AND state = 'connected' AND wake_at IS NOT NULL;
