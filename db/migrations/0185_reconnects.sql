-- A colleague reconnects one client's books by signing in again, as one takes over the clients of a sign-in.
ALTER TABLE hand_over
  ADD COLUMN connection_id uuid REFERENCES connection, -- the books to reconnect; null: all that rest on the sign-in
  ADD COLUMN result jsonb; -- of a reconnect, once done
DROP INDEX hand_over_open;
CREATE UNIQUE INDEX hand_over_open ON hand_over (sign_in_id, connection_id, to_person) NULLS NOT DISTINCT
  WHERE done_at IS NULL;
CREATE INDEX hand_over_of_connection ON hand_over (connection_id) WHERE connection_id IS NOT NULL;
