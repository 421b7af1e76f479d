-- Since when the client has begun to answer the question whether they keep sharing, by a press on its page; and until when a
-- colleague leaves a bank's access alone.
ALTER TABLE connection ADD COLUMN opened_at timestamptz, ADD COLUMN snoozed_until timestamptz;
