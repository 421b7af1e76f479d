-- A sign-up waits here until its address is confirmed. Before that there is neither a person, nor a session, nor a practice.
CREATE TABLE identity.sign_up (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  email text NOT NULL CHECK (email = lower(email)),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
  password_hash text NOT NULL,
  practice_name text NOT NULL,
  country text NOT NULL,
  currency text NOT NULL,
  time_zone text NOT NULL,
  browser_sha256 bytea CHECK (length(browser_sha256) = 32), -- of the cookie of the browser that signed up
  token_sha256 bytea UNIQUE CHECK (length(token_sha256) = 32), -- of the newest mailed link
  link_ends_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ends_at timestamptz NOT NULL
);
CREATE INDEX sign_up_email ON identity.sign_up (email);
CREATE INDEX sign_up_end ON identity.sign_up (ends_at);

-- The link of a sign-up that was confirmed, so that whoever opens it again is told so.
CREATE TABLE identity.confirmed_sign_up (
  token_sha256 bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES identity.person ON DELETE CASCADE,
  ends_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.sign_up, identity.confirmed_sign_up TO embark_auth;

-- Before this migration a sign-up made person and practice at once. The unconfirmed ones become sign-ups again. Somebody
-- who has joined a practice by a mailed invitation has proven the mailbox: they stay, but not with a password that
-- anybody could have set before.
DO $$
DECLARE
  unconfirmed record;
  founded record;
  has_joined boolean;
BEGIN
  FOR unconfirmed IN
    SELECT u.id, u.email, u.name, a.password FROM identity.person u
      LEFT JOIN identity.account a ON a.user_id = u.id AND a.provider_id = 'credential'
    WHERE NOT u.email_verified
  LOOP
    has_joined := EXISTS (SELECT FROM audit_event e WHERE e.kind = 'member_joined' AND e.subject_id = unconfirmed.id::text);
    FOR founded IN
      SELECT p.* FROM membership m JOIN practice p ON p.id = m.practice_id
      WHERE m.user_id = unconfirmed.id
        AND NOT EXISTS (SELECT FROM membership o WHERE o.practice_id = p.id AND o.user_id <> unconfirmed.id)
        AND NOT EXISTS (SELECT FROM audit_event e WHERE e.practice_id = p.id AND e.kind = 'member_joined'
          AND e.subject_id = unconfirmed.id::text)
    LOOP
      DELETE FROM membership WHERE practice_id = founded.id;
      IF NOT has_joined AND unconfirmed.password IS NOT NULL THEN
        INSERT INTO identity.sign_up (email, name, password_hash, practice_name, country, currency, time_zone, ends_at)
        VALUES (unconfirmed.email, unconfirmed.name, unconfirmed.password, founded.name, founded.country, founded.currency,
          founded.time_zone, clock_timestamp() + interval '7 days');
      END IF;
      BEGIN
        DELETE FROM audit_event WHERE practice_id = founded.id;
        DELETE FROM practice WHERE id = founded.id;
      EXCEPTION WHEN foreign_key_violation THEN
        NULL; -- something was made in it by whoever runs Embark: it stays, and nobody is in it
      END;
    END LOOP;
    DELETE FROM identity.account WHERE user_id = unconfirmed.id;
    DELETE FROM identity.session WHERE user_id = unconfirmed.id;
    IF EXISTS (SELECT FROM membership m WHERE m.user_id = unconfirmed.id)
      OR EXISTS (SELECT FROM identity.support_person s WHERE s.user_id = unconfirmed.id) THEN
      UPDATE identity.person SET email_verified = true WHERE id = unconfirmed.id;
    ELSE
      BEGIN
        DELETE FROM identity.person WHERE id = unconfirmed.id;
      EXCEPTION WHEN foreign_key_violation THEN
        UPDATE identity.person SET email_verified = true WHERE id = unconfirmed.id;
      END;
    END IF;
  END LOOP;
END $$;

-- From here on there is no person without a confirmed address.
ALTER TABLE identity.person
  ALTER COLUMN email_verified SET DEFAULT true,
  ADD CONSTRAINT address_is_confirmed CHECK (email_verified);
