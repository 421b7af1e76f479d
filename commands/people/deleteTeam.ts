import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam } from '../../db/people/members.ts'
import { deleteTeamRow, type Losses, readLosses, readTeams } from '../../db/people/teams.ts'

const NAMES_GIVEN = 20

/** Returns who would lose access to which clients if the team were deleted; null if there is no such team. */
export async function previewDeletion(tx: Tx, id: string): Promise<Losses | null> {
  const [team] = await readTeams(tx, id)
  return team ? readLosses(tx, id, NAMES_GIVEN) : null
}

/** Deletes a team and returns who lost access to which clients. Its members stay colleagues. */
export async function deleteTeam(tx: Tx, doer: Doer, id: string): Promise<Losses | null> {
  await lockTeam(tx)
  const [team] = await readTeams(tx, id)
  if (!team) return null
  const losses = await readLosses(tx, id, NAMES_GIVEN)
  await deleteTeamRow(tx, id)
  const data = { name: team.name, members: team.members.length, clients: team.clients, lost: losses.clients }
  await insertAudit(tx, doer, { kind: 'team_deleted', subjectId: id, data })
  return losses
}
