-- Which banks a practice's clients lately used, and which are failing: read for the order of the bank tiles.
CREATE INDEX auth_session_recent ON auth_session (practice_id, created_at DESC) WHERE step = 'bank';
