-- A closed account that its bank shows again: a colleague then says whether it is closed after all.
ALTER TABLE connection_account ADD COLUMN is_seen_again boolean NOT NULL DEFAULT false CHECK (NOT is_seen_again OR closed_at IS NOT NULL);
