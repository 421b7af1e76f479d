import type { Tx } from './client.ts'

/** The colleagues who may see a client besides admins and the account manager. */
export type Access = { everyone: boolean; people: string[]; teams: string[] }

/** Returns the access rules of one organisation. */
export async function readAccess(tx: Tx, organisationId: string): Promise<Access> {
  const rules = await tx<{ kind: string; userId: string | null; teamId: string | null }[]>`
    SELECT kind, user_id AS "userId", team_id AS "teamId" FROM access_rule
    WHERE organisation_id = ${organisationId} ORDER BY id`
  return {
    everyone: rules.some((rule) => rule.kind === 'everyone'),
    people: rules.flatMap((rule) => rule.userId ?? []),
    teams: rules.flatMap((rule) => rule.teamId ?? []),
  }
}

/** Replaces the access rules of one organisation. */
export async function writeAccess(tx: Tx, practiceId: string, organisationId: string, access: Access): Promise<void> {
  const rule = (kind: string, user_id: string | null, team_id: string | null) => ({
    practice_id: practiceId,
    organisation_id: organisationId,
    kind,
    user_id,
    team_id,
  })
  const rules = [
    ...(access.everyone ? [rule('everyone', null, null)] : []),
    ...access.people.map((person) => rule('person', person, null)),
    ...access.teams.map((team) => rule('team', null, team)),
  ]
  await tx`DELETE FROM access_rule WHERE organisation_id = ${organisationId}`
  if (rules.length > 0) await tx`INSERT INTO access_rule ${tx(rules)}`
}

/**
 * Returns those of the teams that the practice does not have, and locks the others until the transaction ends. A
 * foreign key alone would accept another practice's team.
 */
export async function findStrangeTeams(tx: Tx, teams: string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`SELECT id FROM team WHERE id = ANY (${teams}) ORDER BY id FOR KEY SHARE`
  const known = new Set(rows.map((row) => row.id))
  return teams.filter((id) => !known.has(id))
}
