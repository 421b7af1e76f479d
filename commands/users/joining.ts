import type { Tx } from '../../db/client.ts'
import { type Joining, lockUsers, readInvitee, readMembers } from '../../db/users/members.ts'
import { roleOnJoining, type UserRole } from '../../domain/practice/users.ts'

/**
 * Who would join by accepting with this link, and as what, decided under the lock on the client's users. Null where
 * there is no address to come back with: that makes nobody a user.
 */
export async function joiningByLink(tx: Tx, linkId: string): Promise<Joining | null> {
  const invitee = await readInvitee(tx, linkId)
  if (!invitee?.address) return null
  const { organisationId, name, address } = invitee
  return joiningAs(tx, { organisationId, name, address, wanted: 'member' })
}

/** The same for somebody who is named. */
export async function joiningAs(
  tx: Tx,
  { organisationId, name, address, wanted }: Omit<Joining, 'role'> & { wanted: UserRole },
): Promise<Joining> {
  const [, users] = await Promise.all([lockUsers(tx, organisationId), readMembers(tx, organisationId)])
  return { organisationId, name, address, role: roleOnJoining(users, address, wanted) }
}
