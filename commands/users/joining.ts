import type { Tx } from '../../db/client.ts'
import { type Joining, lockUsers, readInvitee, readMembers } from '../../db/users/members.ts'
import { roleOnJoining, type UserRole } from '../../domain/practice/users.ts'

/**
 * Returns the person who would become a client user by accepting with this link, and the role, decided under the lock
 * on the client's users. Null without an e-mail address, because the person could not sign in again.
 */
export async function joiningByLink(tx: Tx, linkId: string): Promise<Joining | null> {
  const invitee = await readInvitee(tx, linkId)
  if (!invitee?.address) return null
  const { organisationId, name, address } = invitee
  return joiningAs(tx, { organisationId, name, address, wanted: 'member' })
}

/** Returns the same for a named person. */
export async function joiningAs(
  tx: Tx,
  { organisationId, name, address, wanted }: Omit<Joining, 'role'> & { wanted: UserRole },
): Promise<Joining> {
  const [, users] = await Promise.all([lockUsers(tx, organisationId), readMembers(tx, organisationId)])
  return { organisationId, name, address, role: roleOnJoining(users, address, wanted) }
}
