import { countAddressUse, hasStoppedTexts, readContact, readInvitation } from '../../db/invitations/invitations.ts'
import type { Recipient } from '../../db/onboardings/writes.ts'
import { lockNextAllowed } from '../../db/practiceLimit.ts'
import type { Refusal } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import type { Facts, Instant } from '../../domain/situation.ts'
import { type Commands, executeIn, type Target, transact } from '../execute.ts'
import { ensureLink, type LinkKeys } from './linkTokens.ts'

export type LinkAnswer =
  | { result: 'link'; token: string; expiresAt: Instant | null; facts: Facts; now: Instant }
  | { result: 'refused'; refusal: Refusal; now: Instant }
  | { result: 'not_found' }

/**
 * Copies a link, or sends it to the address there is. Before acceptance it is an accept link of the present invitation
 * (the first makes one), afterwards a continue link.
 */
export async function link(
  commands: Commands & { linkKeys: LinkKeys },
  target: Target,
  actor: Actor,
  requestId: string,
  send: 'email' | 'sms' | null,
): Promise<LinkAnswer> {
  const { practiceId, onboardingId } = target
  return transact<LinkAnswer>(commands, target, async (tx) => {
    let recipient: Recipient | null = null
    const { outcome, tell } = await executeIn(tx, target, {
      actor,
      command: async () => {
        const known = (await readInvitation(tx, onboardingId)) ?? (await readContact(tx, onboardingId))
        recipient = { name: known.name, email: known.email, phone: known.phone, message: null, inviterName: null }
        const address = send === 'email' ? known.email : send === 'sms' ? known.phone : null
        const stopped = send === 'sms' && address !== null && (await hasStoppedTexts(tx, address))
        const reachable = send === null || (address !== null && !stopped)
        return {
          do: 'link',
          requestId,
          send,
          reachable,
          addressUse: address ? await countAddressUse(tx, [address]) : 0,
          // A client who asks for the link again is not the one to be limited.
          nextAllowed: send === null || actor.type === 'client' ? null : await lockNextAllowed(tx),
        }
      },
      recipient: () => recipient,
    })
    if (outcome.result === 'not_found') return { answer: { result: 'not_found' }, tell: null }
    if (outcome.result === 'refused')
      return { answer: { result: 'refused', refusal: outcome.refusal, now: outcome.now }, tell: null }
    const { facts, now } = outcome
    if (!facts.invitation) throw new Error('a link without an invitation')
    const purpose = facts.instants.accepted === null ? 'accept' : 'continue'
    const of = {
      practiceId,
      onboardingId,
      invitationId: facts.invitation.id,
      channel: send ?? 'link',
      purpose,
    } as const
    const { token } = await ensureLink(tx, commands.linkKeys, of, now)
    const expiresAt = purpose === 'accept' ? facts.expiresAt : null
    return { answer: { result: 'link', token, expiresAt, facts, now }, tell }
  })
}
