-- Whose sign-in it is: what it reaches is shown to whoever opened it, and to those who see every client.
ALTER TABLE auth_session ADD COLUMN opened_by_person uuid;
-- Somebody looked at both names and said that it is the same business.
ALTER TABLE connection ADD COLUMN name_confirmed_at timestamptz;
