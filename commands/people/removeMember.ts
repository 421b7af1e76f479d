import type { Tx } from '../../db/client.ts'
import { readManaged } from '../../db/onboardings/organisations.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { endInvitationsTo, readColleagueInvitation } from '../../db/people/invitations.ts'
import { deleteMember, lockMember, lockTeam, readColleagues, signOutRemoved } from '../../db/people/members.ts'
import { refuseChange, type TeamRefusal } from '../../domain/practice/team.ts'
import type { Role } from '../../domain/rights.ts'
import type { Commands } from '../execute.ts'
import { handOverIn, type Tellings, tellAll } from './handOver.ts'

/** `needs_heir`: nobody was named for the clients that they manage. `unknown_colleague`: whoever was named is none. */
export type Removed =
  | { result: 'removed'; clients: number }
  | { result: 'not_found' }
  | { result: 'needs_heir'; clients: number }
  | { result: 'unknown_colleague' }
  | TeamRefusal

type Doing = Doer & { role: Role | null }

/**
 * Removes a colleague from the team, or withdraws an invitation. The clients they manage go to `heir`, their places in
 * teams and rules of access go, and they are signed out; all of it or nothing. The last admin stays, whoever else is at it.
 */
export async function removeMember(
  commands: Commands,
  practiceId: string,
  doer: Doing,
  id: string,
  heir: string | null,
): Promise<Removed> {
  const { removed, tellings } = await commands.db.inPractice(practiceId, async (tx) => {
    await lockTeam(tx)
    return (await remove(tx, practiceId, doer, id, heir)) ?? { removed: await withdraw(tx, doer, id), tellings: [] }
  })
  void tellAll(commands, tellings)
  return removed
}

async function remove(
  tx: Tx,
  practiceId: string,
  doer: Doing,
  id: string,
  heir: string | null,
): Promise<{ removed: Removed; tellings: Tellings } | null> {
  const team = await readColleagues(tx)
  const member = team.find((one) => one.userId === id)
  if (!member) return null
  const none = (removed: Removed) => ({ removed, tellings: [] })
  const refusal = refuseChange(team, doer.role, member, null)
  if (refusal) return none(refusal)
  if (heir !== null && (heir === id || !team.some((one) => one.userId === heir))) {
    return none({ result: 'unknown_colleague' })
  }
  await lockMember(tx, id)
  const managed = await readManaged(tx, id)
  if (managed.length > 0 && heir === null) return none({ result: 'needs_heir', clients: managed.length })
  const { clients, tellings } = await handOverIn(tx, practiceId, doer, id, heir)
  await deleteMember(tx, id)
  await insertAudit(tx, doer, { kind: 'member_removed', subjectId: id, data: { role: member.role } })
  await signOutRemoved(tx, id)
  return { removed: { result: 'removed', clients }, tellings }
}

async function withdraw(tx: Tx, doer: Doer, id: string): Promise<Removed> {
  const invitation = await readColleagueInvitation(tx, id)
  if (!invitation) return { result: 'not_found' }
  await endInvitationsTo(tx, invitation.email)
  await insertAudit(tx, doer, { kind: 'member_invitation_withdrawn', subjectId: id })
  return { result: 'removed', clients: 0 }
}
