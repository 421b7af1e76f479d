import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { findStrangers, lockTeam } from '../../db/people/members.ts'
import { addToTeam, isTeamNamed, readTeams, renameTeam, type Team, takeFromTeam } from '../../db/people/teams.ts'
import { readTeam, type TeamChangeRefusal } from './createTeam.ts'

/** Renames a team, and adds and removes colleagues; access to clients follows at once. Repeating it changes nothing. */
export async function changeTeam(
  tx: Tx,
  doer: Doer,
  id: string,
  change: { name?: string | undefined; add: string[]; remove: string[] },
): Promise<{ result: 'changed'; team: Team } | { result: 'not_found' } | TeamChangeRefusal> {
  await lockTeam(tx)
  const [team] = await readTeams(tx, id)
  if (!team) return { result: 'not_found' }
  const name = change.name ?? team.name
  if (name !== team.name && (await isTeamNamed(tx, name, id))) return { result: 'name_taken' }
  if ((await findStrangers(tx, change.add)).length > 0) return { result: 'unknown_colleague' }
  const within = new Set(team.members.map((one) => one.id))
  const added = change.add.filter((one) => !within.has(one))
  const removed = change.remove.filter((one) => within.has(one))
  if (name === team.name && added.length === 0 && removed.length === 0) return { result: 'changed', team }
  if (name !== team.name) await renameTeam(tx, id, name)
  await addToTeam(tx, id, added)
  await takeFromTeam(tx, id, removed)
  await insertAudit(tx, doer, { kind: 'team_changed', subjectId: id, data: { name, added, removed } })
  return { result: 'changed', team: await readTeam(tx, id) }
}
