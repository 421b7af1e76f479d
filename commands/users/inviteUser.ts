import { randomUUID } from 'node:crypto'
import { lockNextAllowed } from '../../db/practiceLimit.ts'
import {
  endUserInvitations,
  insertUserInvitation,
  readUserInvitation,
  type UserInvitation,
} from '../../db/users/invitations.ts'
import { insertMember, lockUsers, readMembers } from '../../db/users/members.ts'
import type { Actor } from '../../domain/events.ts'
import { limitedUntil } from '../../domain/practice/limits.ts'
import type { UserRole } from '../../domain/practice/users.ts'
import { DAY_MS, type Instant } from '../../domain/situation.ts'
import type { Commands } from '../execute.ts'
import { type LinkKeys, sha256, tokenOf } from '../invitations/linkTokens.ts'
import { changeUsers, type UsersRefusal } from './changeUsers.ts'
import { joiningAs } from './joining.ts'

const VALID_FOR_MS = 7 * DAY_MS

export type UserInvited =
  | { result: 'invited'; invitation: UserInvitation; token: string }
  | { result: 'not_found' | 'already_member' }
  /** A new practice has used up its limit; `at` is when it may send again. */
  | { result: 'practice_limit'; at: Instant }

/** Invites a client user, or invites again; earlier links to the address stop working. The caller mails the token. */
export async function inviteUser(
  commands: Commands & { linkKeys: LinkKeys },
  practiceId: string,
  actor: Actor,
  organisationId: string,
  wanted: { name: string | null; email: string; role: UserRole; inviterName: string | null },
): Promise<UserInvited> {
  const { linkKeys } = commands
  const keyId = linkKeys[0]?.id
  if (keyId === undefined) throw new Error('there is no link key')
  const id = randomUUID()
  const token = tokenOf(linkKeys, { id, keyId })
  const invited = await changeUsers<UserInvited, UserInvitation>(
    commands,
    practiceId,
    actor,
    organisationId,
    async (tx) => {
      const [, users] = await Promise.all([lockUsers(tx, organisationId), readMembers(tx, organisationId)])
      if (users.some(({ address }) => address === wanted.email)) return { answer: { result: 'already_member' } }
      const at = limitedUntil(await lockNextAllowed(tx), ['email'])
      if (at !== null) return { answer: { result: 'practice_limit', at } }
      const write = async () => {
        await endUserInvitations(tx, organisationId, wanted.email)
        const invitation = {
          ...wanted,
          id,
          organisationId,
          keyId,
          tokenSha256: sha256(token),
          validForMs: VALID_FOR_MS,
        }
        return insertUserInvitation(tx, invitation)
      }
      return { what: 'invited', user: id, role: wanted.role, write }
    },
  )
  if (invited.result === 'changed') return { result: 'invited', invitation: invited.written, token }
  return 'facts' in invited ? { result: 'not_found' } : invited
}

/** Makes the invited person a client user, the first one Business Admin. Uses up the invitation. */
export function acceptUserInvitation(commands: Commands, practiceId: string, invitation: UserInvitation) {
  const { id, organisationId, name, email } = invitation
  const actor = { type: 'client', id } as const
  return changeUsers<UsersRefusal>(commands, practiceId, actor, organisationId, async (tx) => {
    const joining = await joiningAs(tx, { organisationId, name, address: email, wanted: invitation.role })
    const open = await readUserInvitation(tx, id)
    if (!open) return { answer: { result: 'not_found' } }
    const write = async (_tx: unknown, now: number) => {
      await endUserInvitations(tx, organisationId, email)
      await insertMember(tx, practiceId, joining, now)
    }
    return { what: 'joined', user: id, role: joining.role, write }
  })
}
