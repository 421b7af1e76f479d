import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { inviteUser } from '../../commands/users/inviteUser.ts'
import { readPractice } from '../../db/practices.ts'
import { countHit } from '../../db/rateLimit.ts'
import { stampUserMailed, type UserInvitation } from '../../db/users/invitations.ts'
import type { Actor } from '../../domain/events.ts'
import type { UserRole } from '../../domain/practice/users.ts'
import { type Instant, MINUTE_MS } from '../../domain/situation.ts'
import { inMails } from '../../messages/compose/brand.ts'
import type { Dependencies } from '../dependencies.ts'

/** The organisation that gets a user, named as in the mail. */
type Of = { practiceId: string; organisationId: string; organisation: string }

export type Mailed =
  | { result: 'invited'; invitation: UserInvitation }
  | { result: 'already_member' | 'not_found' | 'too_soon' }
  | { result: 'practice_limit'; at: Instant }

/** Invites a user of a client by mail, or again (older links end). Once a minute to one address of one client. */
export async function inviteAndMail(
  deps: Dependencies,
  { practiceId, organisationId, organisation }: Of,
  actor: Actor,
  wanted: { name: string | null; email: string; role: UserRole; inviterName: string | null },
): Promise<Mailed> {
  const { db, commands, linkKeys, publicUrl } = deps
  const practice = await db.inPractice(practiceId, readPractice)
  const key = `user:${organisationId}:${sha256(wanted.email).toString('base64url')}`
  if ((await countHit(db, key, MINUTE_MS)).hits > 1) return { result: 'too_soon' }
  const invited = await inviteUser({ ...commands, linkKeys }, practiceId, actor, organisationId, wanted)
  if (invited.result !== 'invited') return invited
  const { invitation, token } = invited
  const { name, timeZone: zone, senderName } = practice
  await db.afterCommit(async () =>
    deps.identity.mail(
      {
        mail: 'user',
        email: invitation.email,
        actionUrl: `${publicUrl}/home/join/${token}`,
        practice: inMails(practice, publicUrl),
        organisation,
        inviter: wanted.inviterName,
        role: invitation.role,
        expiresAt: invitation.expiresAt,
        zone,
      },
      senderName ?? name,
      () => db.inPractice(practiceId, (tx) => stampUserMailed(tx, invitation.id)),
    ),
  )
  return { result: 'invited', invitation }
}
