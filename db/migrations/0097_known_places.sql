-- Browsers and networks that a person has signed in from. Wrong passwords of strangers keep none of them out.
CREATE TABLE identity.known_place (
  user_id uuid NOT NULL REFERENCES identity.person ON DELETE CASCADE,
  place_sha256 bytea NOT NULL CHECK (length(place_sha256) = 32),
  last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, place_sha256)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.known_place TO embark_auth;

-- Where people are signed in now is known already, as networks: an IPv4 address alone, of IPv6 its /64.
INSERT INTO identity.known_place (user_id, place_sha256, last_seen_at)
SELECT user_id, sha256(convert_to('network:' || network, 'UTF8')), max(updated_at) FROM (
  SELECT s.user_id, s.updated_at, regexp_replace(s.ip_address, '^::ffff:', '') AS network FROM identity.session s
  WHERE s.practice_id IS NULL AND s.ip_address ~ '^(::ffff:)?\d+\.\d+\.\d+\.\d+$') AS seen
GROUP BY user_id, network;
