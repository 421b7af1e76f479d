-- The facts of every command look up a client's standing connections by a kind that only the row tells: one index serves
-- both kinds, as the unique one did before there were several banks.
DROP INDEX connection_banks;
CREATE INDEX connection_standing ON connection (organisation_id, kind) WHERE state IN ('connected', 'lost');
