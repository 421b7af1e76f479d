-- The person who answers for personal data at a practice, named on the clients' privacy page; null names the practice.
ALTER TABLE practice ADD COLUMN privacy_contact text;
GRANT UPDATE (privacy_contact) ON practice TO embark_api;
