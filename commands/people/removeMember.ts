import type { Tx } from '../../db/client.ts'
import { readManaged } from '../../db/onboardings/organisations.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { endInvitationsTo, readColleagueInvitation } from '../../db/people/invitations.ts'
import { deleteMember, lockMember, lockTeam, readColleagues, signOutRemoved } from '../../db/people/members.ts'
import { refuseChange, type TeamRefusal } from '../../domain/practice/team.ts'
import type { Role } from '../../domain/rights.ts'
import { type Commands, transact, type Unit } from '../execute.ts'
import { handOverIn } from './handOver.ts'

/** `needs_heir`: they manage clients and no heir was named. `unknown_colleague`: the heir is not in the practice. */
export type Removed =
  | { result: 'removed'; clients: number }
  | { result: 'not_found' }
  | { result: 'needs_heir'; clients: number }
  | { result: 'unknown_colleague' }
  | TeamRefusal

type Doing = Doer & { role: Role | null }

/**
 * Removes a colleague, or withdraws an invitation. Assigns their clients to `heir`, removes them from teams and access
 * rules, and signs them out; all or nothing. Never removes the last admin, also under concurrent requests.
 */
export async function removeMember(
  commands: Commands,
  practiceId: string,
  doer: Doing,
  id: string,
  heir: string | null,
): Promise<Removed> {
  return transact(commands, practiceId, async (unit) => {
    await lockTeam(unit.tx)
    return (await remove(unit, practiceId, doer, id, heir)) ?? withdraw(unit.tx, doer, id)
  })
}

async function remove(
  unit: Unit,
  practiceId: string,
  doer: Doing,
  id: string,
  heir: string | null,
): Promise<Removed | null> {
  const { tx } = unit
  const team = await readColleagues(tx)
  const member = team.find((one) => one.userId === id)
  if (!member) return null
  const refusal = refuseChange(team, doer.role, member, null)
  if (refusal) return refusal
  if (heir !== null && (heir === id || !team.some((one) => one.userId === heir))) {
    return { result: 'unknown_colleague' }
  }
  await lockMember(tx, id)
  const managed = await readManaged(tx, id)
  if (managed.length > 0 && heir === null) return { result: 'needs_heir', clients: managed.length }
  const clients = await handOverIn(unit, practiceId, doer, id, heir)
  await deleteMember(tx, id)
  await insertAudit(tx, doer, { kind: 'member_removed', subjectId: id, data: { role: member.role } })
  await signOutRemoved(tx, id)
  return { result: 'removed', clients }
}

async function withdraw(tx: Tx, doer: Doer, id: string): Promise<Removed> {
  const invitation = await readColleagueInvitation(tx, id)
  if (!invitation) return { result: 'not_found' }
  await endInvitationsTo(tx, invitation.email)
  await insertAudit(tx, doer, { kind: 'member_invitation_withdrawn', subjectId: id })
  return { result: 'removed', clients: 0 }
}
