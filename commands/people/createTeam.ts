import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { findStrangers, lockTeam } from '../../db/people/members.ts'
import { addToTeam, insertTeam, isTeamNamed, readTeams, type Team } from '../../db/people/teams.ts'

/** The reason to refuse a team. `unknown_colleague`: a named person is not in the practice. */
export type TeamChangeRefusal = { result: 'name_taken' } | { result: 'unknown_colleague' }

/** Creates a team of colleagues. Its name is unique in the practice. */
export async function createTeam(
  tx: Tx,
  doer: Doer,
  { name, members }: { name: string; members: string[] },
): Promise<{ result: 'made'; team: Team } | TeamChangeRefusal> {
  await lockTeam(tx)
  if (await isTeamNamed(tx, name, null)) return { result: 'name_taken' }
  if ((await findStrangers(tx, members)).length > 0) return { result: 'unknown_colleague' }
  const id = await insertTeam(tx, name)
  await addToTeam(tx, id, members)
  await insertAudit(tx, doer, { kind: 'team_made', subjectId: id, data: { name, added: members } })
  return { result: 'made', team: await readTeam(tx, id) }
}

/** Returns an existing team. Throws if there is none. */
export async function readTeam(tx: Tx, id: string): Promise<Team> {
  const [team] = await readTeams(tx, id)
  if (!team) throw new Error('the team is not there')
  return team
}
