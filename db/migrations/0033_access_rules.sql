-- Colleagues by group, and who may see which client. Rules are live: whoever joins a team, or the practice where a rule
-- says everyone, sees from then on. Admins and the account manager need no rule.
CREATE TABLE team (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX team_name ON team (practice_id, lower(name));

CREATE TABLE team_member (
  practice_id uuid NOT NULL REFERENCES practice,
  team_id uuid NOT NULL REFERENCES team ON DELETE CASCADE,
  user_id uuid NOT NULL,
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_member_of ON team_member (practice_id, user_id);

CREATE TABLE access_rule (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  practice_id uuid NOT NULL REFERENCES practice,
  organisation_id uuid NOT NULL REFERENCES organisation,
  kind text NOT NULL CHECK (kind IN ('person', 'team', 'everyone')),
  user_id uuid,
  team_id uuid REFERENCES team ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT names_whom CHECK ((user_id IS NOT NULL) = (kind = 'person') AND (team_id IS NOT NULL) = (kind = 'team')),
  UNIQUE NULLS NOT DISTINCT (organisation_id, kind, user_id, team_id)
);
CREATE INDEX access_rule_person ON access_rule (practice_id, user_id) WHERE kind = 'person';
CREATE INDEX access_rule_team ON access_rule (practice_id, team_id) WHERE kind = 'team';
CREATE INDEX access_rule_everyone ON access_rule (practice_id, organisation_id) WHERE kind = 'everyone';

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['team', 'team_member', 'access_rule'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I USING (practice_id = (SELECT current_practice())) WITH CHECK (practice_id = (SELECT current_practice()))', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO embark_api', t);
    EXECUTE format('GRANT SELECT ON %I TO embark_worker', t);
  END LOOP;
END $$;
