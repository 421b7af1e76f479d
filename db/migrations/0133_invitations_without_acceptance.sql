-- The conversion report reads the answers of the clients that did not accept, who are few.
CREATE INDEX onboarding_unaccepted ON onboarding (practice_id) WHERE accepted_at IS NULL;
