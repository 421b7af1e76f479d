-- The list of first things to do: whether the practice hides it, and when somebody last sent themselves a test mail.
ALTER TABLE practice ADD COLUMN first_steps_hidden boolean NOT NULL DEFAULT false, ADD COLUMN test_mail_at timestamptz;
GRANT UPDATE (first_steps_hidden, test_mail_at) ON practice TO embark_api;
