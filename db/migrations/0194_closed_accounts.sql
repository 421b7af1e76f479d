-- An account that a bank does not show any more, and of which a colleague says that it is closed. It is kept so that this can be
-- undone, and so that the daily look does not find it missing again.
ALTER TABLE connection_account ADD COLUMN closed_at timestamptz CHECK (closed_at IS NULL OR missing_since IS NOT NULL);
