-- An invitation to an address that somebody has at another client is held back until staff say that it is meant.
ALTER TABLE invitation ADD COLUMN existing_user boolean NOT NULL DEFAULT false;
