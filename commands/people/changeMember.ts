import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam, readTeam, type TeamMember, updateMember } from '../../db/people/members.ts'
import { refuseChange, type TeamRefusal } from '../../domain/practice/team.ts'
import type { MemberRole, Role } from '../../domain/rights.ts'

export type Changed = { result: 'changed'; member: TeamMember } | { result: 'not_found' } | TeamRefusal

/** Changes a colleague's role or rights. Never removes the last admin, also under concurrent requests. */
export async function changeMember(
  tx: Tx,
  doer: Doer & { role: Role | null },
  userId: string,
  change: { role?: MemberRole | undefined; addClients?: boolean | undefined },
): Promise<Changed> {
  await lockTeam(tx)
  const team = await readTeam(tx)
  const member = team.find((one) => one.userId === userId)
  if (!member) return { result: 'not_found' }
  const next = { userId, role: change.role ?? member.role, addClients: change.addClients ?? member.addClients }
  const refusal = refuseChange(team, doer.role, member, next.role)
  if (refusal) return refusal
  if (next.role === member.role && next.addClients === member.addClients) return { result: 'changed', member }
  await updateMember(tx, next)
  const data = { role: next.role, addClients: next.addClients, roleBefore: member.role }
  await insertAudit(tx, doer, { kind: 'member_changed', subjectId: userId, data })
  return { result: 'changed', member: { ...member, ...next } }
}
