-- On which days a client is reminded, as the practice chose them: after the invitation (null spreads them over the link's
-- lifetime), and after accepting (null is days 2, 5 and 10). None is an empty list. Copied to each onboarding.
ALTER TABLE practice
  ADD COLUMN invited_reminder_days smallint[] CHECK (cardinality(invited_reminder_days) <= 3),
  ADD COLUMN accepted_reminder_days smallint[] CHECK (cardinality(accepted_reminder_days) <= 3);
ALTER TABLE onboarding ADD COLUMN invited_reminder_days smallint[], ADD COLUMN accepted_reminder_days smallint[];
GRANT UPDATE (tells_expired, invited_reminder_days, accepted_reminder_days) ON practice TO embark_api;
