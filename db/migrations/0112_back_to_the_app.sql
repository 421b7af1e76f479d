-- A colleague set out for the ledger from the app, and comes back there.
ALTER TABLE auth_session ADD COLUMN is_from_app boolean NOT NULL DEFAULT false;

-- Whoever has chosen what to be told of is told of the two new kinds as everybody is at first.
UPDATE notice_settings SET in_app = in_app || ARRAY['books_connected', 'waiting'],
  digest = digest || ARRAY['books_connected', 'waiting'];
