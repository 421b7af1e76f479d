-- Workers count their requests to the mail provider together with the apis' (db/mailTurns.ts).
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit TO embark_worker;
