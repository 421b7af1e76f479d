-- Whether a client is written to when the link has expired: the practice's choice, copied to each onboarding.
ALTER TABLE practice ADD COLUMN tells_expired boolean NOT NULL DEFAULT false;
ALTER TABLE onboarding ADD COLUMN tells_expired boolean NOT NULL DEFAULT false;
