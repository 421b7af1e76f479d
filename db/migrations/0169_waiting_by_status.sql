-- The head of each column of the board says since when its longest waits. It was found in the order of waiting, past
-- the clients of all other columns: up to 15,670 of them for one column, of 100,000 clients.
CREATE INDEX onboarding_waiting_by_status ON onboarding (practice_id, status, since, id) WHERE move IS NOT NULL;
