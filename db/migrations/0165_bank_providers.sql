-- The only bank providers that a practice's clients are sent to, the preferred one first; null: all that Embark is set
-- up for, in its own order. `npm run banks` sets it.
ALTER TABLE practice ADD COLUMN bank_providers text[];
