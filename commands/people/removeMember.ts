import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { endInvitationsTo, readColleagueInvitation } from '../../db/people/invitations.ts'
import { deleteMember, lockTeam, readColleagues } from '../../db/people/members.ts'
import type { Role } from '../../domain/rights.ts'
import { refuseChange, type TeamRefusal } from '../../domain/team.ts'

export type Removed = { result: 'removed' } | { result: 'not_found' } | TeamRefusal

/** Removes a colleague from the team, or withdraws an invitation. The last admin stays, whoever else is at it. */
export async function removeMember(tx: Tx, doer: Doer & { role: Role | null }, id: string): Promise<Removed> {
  await lockTeam(tx)
  const team = await readColleagues(tx)
  const member = team.find((one) => one.userId === id)
  if (!member) return withdraw(tx, doer, id)
  const refusal = refuseChange(team, doer.role, member, null)
  if (refusal) return refusal
  await deleteMember(tx, id)
  await insertAudit(tx, doer, { kind: 'member_removed', subjectId: id, data: { role: member.role } })
  return { result: 'removed' }
}

async function withdraw(tx: Tx, doer: Doer, id: string): Promise<Removed> {
  const invitation = await readColleagueInvitation(tx, id)
  if (!invitation) return { result: 'not_found' }
  await endInvitationsTo(tx, invitation.email)
  await insertAudit(tx, doer, { kind: 'member_invitation_withdrawn', subjectId: id })
  return { result: 'removed' }
}
