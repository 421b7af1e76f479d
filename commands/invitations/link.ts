import { readSharedBanks } from '../../db/connections/banks.ts'
import { countAddressUse, hasStoppedTexts, readContact, readInvitation } from '../../db/invitations/invitations.ts'
import { lockNextAllowed } from '../../db/practiceLimit.ts'
import type { AskedBank } from '../../domain/commands.ts'
import type { BankAsk } from '../../domain/connections/bankAsks.ts'
import type { Actor } from '../../domain/events.ts'
import type { Refusal } from '../../domain/refusals.ts'
import type { Facts, Instant } from '../../domain/situation.ts'
import { type Commands, executeIn, type Target, transact } from '../execute.ts'
import { ensureLink, type LinkKeys } from './linkTokens.ts'

export type LinkAnswer =
  | {
      result: 'link'
      token: string
      expiresAt: Instant | null
      /** The request for another bank that was kept; null for none. */
      ask: BankAsk | null
      facts: Facts
      now: Instant
    }
  | { result: 'refused'; refusal: Refusal; now: Instant }
  | { result: 'not_found' }

/**
 * Copies a link, or sends it to the known address. Before acceptance it is an accept link of the present invitation
 * (created if there is none), afterwards a continue link. `asks`: it asks for another bank, and the answer names the
 * request while it can be undone.
 */
export async function link(
  commands: Commands & { linkKeys: LinkKeys },
  target: Target,
  actor: Actor,
  requestId: string,
  send: 'email' | 'sms' | null,
  asks: Omit<AskedBank, 'besides'> | null = null,
): Promise<LinkAnswer> {
  const { practiceId, onboardingId } = target
  return transact<LinkAnswer>(commands, practiceId, async (unit) => {
    const outcome = await executeIn(unit, target, {
      actor,
      prepare: async (tx) => {
        const known = (await readInvitation(tx, onboardingId)) ?? (await readContact(tx, onboardingId))
        const { name, email, phone } = known
        const address = send === 'email' ? email : send === 'sms' ? phone : null
        const stopped = send === 'sms' && address !== null && (await hasStoppedTexts(tx, address))
        return {
          command: {
            do: 'link',
            requestId,
            ...(asks && { asks: { ...asks, besides: (await readSharedBanks(tx, onboardingId)).length } }),
            send,
            reachable: send === null || (address !== null && !stopped),
            addressUse: address ? await countAddressUse(tx, [address]) : 0,
            // The practice's limit does not apply to a client's own request.
            nextAllowed: send === null || actor.type === 'client' ? null : await lockNextAllowed(tx),
          },
          recipient: { name, email, phone, message: null, inviterName: null },
        }
      },
    })
    if (outcome.result === 'not_found' || outcome.result === 'refused') return outcome
    const { facts, now } = outcome
    if (!facts.invitation) throw new Error('a link without an invitation')
    const purpose = facts.instants.accepted === null ? 'accept' : 'continue'
    const { id: invitationId } = facts.invitation
    const of = { practiceId, onboardingId, invitationId, channel: send ?? 'link', purpose } as const
    const { token } = await ensureLink(unit.tx, commands.linkKeys, of, now)
    const ask = facts.bankAsks?.find(({ id }) => id === requestId) ?? null
    return { result: 'link', token, expiresAt: purpose === 'accept' ? facts.expiresAt : null, ask, facts, now }
  })
}
