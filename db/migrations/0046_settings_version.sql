-- Counts what was chosen, so that two who edit the settings at once do not undo each other.
ALTER TABLE practice ADD COLUMN settings_version int NOT NULL DEFAULT 1;
GRANT UPDATE (settings_version) ON practice TO embark_api;
