import { endUserInvitations, readUserInvitation } from '../../db/users/invitations.ts'
import { endMember, lockUsers, readMembers, updateMemberRole } from '../../db/users/members.ts'
import type { Actor } from '../../domain/events.ts'
import { isLastAdmin, type UserRole } from '../../domain/practice/users.ts'
import type { Commands } from '../execute.ts'
import { changeUsers, type UsersRefusal } from './changeUsers.ts'

/** Changes the role of a client user. The last Business Admin keeps the role, also under concurrent requests. */
export function changeUserRole(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  organisationId: string,
  personId: string,
  role: UserRole,
) {
  return changeUsers<UsersRefusal>(commands, practiceId, actor, organisationId, async (tx) => {
    const [, users] = await Promise.all([lockUsers(tx, organisationId), readMembers(tx, organisationId)])
    const user = users.find((one) => one.personId === personId)
    if (!user) return { answer: { result: 'not_found' } }
    if (user.role === role) return null
    if (isLastAdmin(users, user, role)) return { answer: { result: 'last_admin' } }
    const write = () => updateMemberRole(tx, organisationId, personId, role)
    return { what: 'role_changed', user: personId, role, write }
  })
}

/**
 * Removes a client user, or withdraws an invitation. Never removes the last Business Admin. The user loses access
 * through older links; what they shared stays until somebody stops it.
 */
export function removeUser(commands: Commands, practiceId: string, actor: Actor, organisationId: string, id: string) {
  return changeUsers<UsersRefusal>(commands, practiceId, actor, organisationId, async (tx) => {
    const [, users] = await Promise.all([lockUsers(tx, organisationId), readMembers(tx, organisationId)])
    const user = users.find((one) => one.personId === id)
    if (!user) {
      const invitation = await readUserInvitation(tx, id)
      if (invitation?.organisationId !== organisationId) return { answer: { result: 'not_found' } }
      const write = () => endUserInvitations(tx, organisationId, invitation.email)
      return { what: 'withdrawn', user: id, role: null, write }
    }
    if (isLastAdmin(users, user, null)) return { answer: { result: 'last_admin' } }
    return { what: 'removed', user: id, role: null, write: (_tx, now) => endMember(tx, organisationId, id, now) }
  })
}
