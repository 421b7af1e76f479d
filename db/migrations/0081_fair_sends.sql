-- A bulk act's message waits behind those that somebody asked for singly.
ALTER TABLE message ADD COLUMN bulk boolean NOT NULL DEFAULT false;
-- How often its provider has refused it, where another try may still be taken.
ALTER TABLE message ADD COLUMN refusals smallint NOT NULL DEFAULT 0;
