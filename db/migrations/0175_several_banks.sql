-- A client shares several banks, each with its own access; the books are still one.
DROP INDEX connection_one;
CREATE UNIQUE INDEX connection_one_books ON connection (organisation_id)
  WHERE kind = 'books' AND state IN ('connected', 'lost');
CREATE INDEX connection_banks ON connection (organisation_id) WHERE kind = 'bank' AND state IN ('connected', 'lost');
