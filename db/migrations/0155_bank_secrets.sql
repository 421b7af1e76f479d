-- The secret that reads one bank connection, where its provider gives each a secret of its own. A session holds it in
-- `grant_sealed` from the approval until the connection is made.
ALTER TABLE connection ADD COLUMN secret_sealed text;
