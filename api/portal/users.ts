import { readUserInvitations } from '../../db/users/invitations.ts'
import { readMembers } from '../../db/users/members.ts'
import type { PortalUser } from '../../pages/client/portal/view.ts'
import { nationalNumber } from '../../providers/phone.ts'
import type { Dependencies } from '../dependencies.ts'
import type { OpenedHome } from './open.ts'

/** Returns the users of an organisation and the invited ones, as its Business Admin sees them. */
export async function readPortalUsers({ db }: Dependencies, { home, person }: OpenedHome): Promise<PortalUser[]> {
  const { members, invitations } = await db.inPractice(home.practiceId, async (tx) => {
    const [members, invitations] = await Promise.all([
      readMembers(tx, home.organisationId),
      readUserInvitations(tx, home.organisationId),
    ])
    return { members, invitations }
  })
  return [
    ...members.map(({ personId: id, name, address, role }) => ({
      id,
      name,
      address: address.startsWith('+') ? nationalNumber(address) : address,
      role,
      state: 'active' as const,
      isReader: id === person.personId,
    })),
    ...invitations.map(({ id, name, email: address, role, expiresAt }) => ({
      id,
      name,
      address,
      role,
      state: expiresAt > Date.now() ? ('invited' as const) : ('expired' as const),
      isReader: false,
    })),
  ]
}
