import type { Tx } from '../../db/client.ts'
import {
  countAddressUse,
  hasStoppedTexts,
  isAddressInUse,
  readContact,
  readInvitation,
} from '../../db/invitations/invitations.ts'
import { readOrganisationId } from '../../db/onboardings/onboardings.ts'
import type { Recipient } from '../../db/onboardings/writes.ts'
import { lockNextAllowed, type Planned, previewNextAllowed } from '../../db/practiceLimit.ts'
import type { Actor } from '../../domain/events.ts'
import type { Channel } from '../../domain/situation.ts'
import { type Commands, type Execution, execute, type Outcome, type Target } from '../execute.ts'

/** The recipient and channels of an invitation. Missing fields come from the last invitation, or from the contact. */
export type InviteInput = {
  name?: string | undefined
  email?: string | null | undefined
  phone?: string | null | undefined
  channels?: Channel[] | undefined
  message?: string | null | undefined
  inviterName?: string | null | undefined
  /** True if staff confirm an address that already belongs to somebody on Embark. */
  existingUser?: boolean | undefined
  /** Asks by email to be let in instead of inviting. If missing, a request to the same address is sent again. */
  asks?: boolean | undefined
}

/**
 * Invites, or invites again: the same or another recipient or channel, with new links; old links stop working. `by:
 * client` is a request for a new link from a dead page, to the same addresses only. Numbers that stopped texts get
 * none.
 */
export async function invite(
  commands: Commands,
  target: Target,
  actor: Actor,
  requestId: string,
  input: InviteInput,
  by: 'staff' | 'client' = 'staff',
): Promise<Outcome> {
  return execute(commands, target, invitation(target, actor, requestId, input, by))
}

/** Returns the execution of an invitation. `planned`: a preview after so many others. `bulk`: one of many. */
export function invitation(
  target: Target,
  actor: Actor,
  requestId: string,
  input: InviteInput,
  by: 'staff' | 'client',
  { planned = null, bulk = false }: { planned?: Planned | null; bulk?: boolean } = {},
): Execution {
  return {
    actor,
    prepare: async (tx) => {
      const last = await readInvitation(tx, target.onboardingId)
      const known = last ?? (await readContact(tx, target.onboardingId))
      const named = {
        name: input.name ?? known.name,
        email: input.email === undefined ? known.email : input.email,
        phone: input.phone === undefined ? known.phone : input.phone,
      }
      const isSameAgain = last?.asks === true && last.email === named.email && !input.existingUser && !input.channels
      const asks = input.asks ?? isSameAgain
      const wanted: Channel[] = asks ? ['email'] : (input.channels ?? lastChannels(last?.channels, named))
      const stopped = named.phone !== null && (await hasStoppedTexts(tx, named.phone))
      const possible = wanted.filter(
        (channel) =>
          channel === 'link' || (channel === 'email' ? named.email !== null : named.phone !== null && !stopped),
      )
      // A requested channel that is not possible is not dropped silently: nothing is sent, and the refusal says so.
      const channels = input.channels && possible.length < wanted.length ? [] : possible
      const recipient: Recipient = {
        ...named,
        message: input.message === undefined ? (last?.message ?? null) : input.message,
        inviterName: input.inviterName === undefined ? (last?.inviterName ?? null) : input.inviterName,
        // A confirmation stays valid for its address. A client who asks for a new link is the right person.
        existingUser:
          input.existingUser || asks || by === 'client' || (last?.existingUser === true && last.email === named.email),
      }
      const addresses = [
        ...(channels.includes('email') ? [named.email] : []),
        ...(channels.includes('sms') ? [named.phone] : []),
      ].filter((address) => address !== null)
      const addressUse = await countAddressUse(tx, addresses)
      // The practice's limit does not apply to a client's own request.
      const nextAllowed =
        by === 'client' ? null : await (planned ? previewNextAllowed(tx, planned) : lockNextAllowed(tx))
      // A recipient who was asked before may be asked again, even if their organisation has changed.
      const isKnown = !input.asks || named.email === null || (await isKnownHere(tx, target, named.email))
      const corrected = channels.filter((channel) =>
        channel === 'email' ? last?.email !== named.email : channel === 'sms' && last?.phone !== named.phone,
      )
      const sent = { channels, addressUse, corrected, nextAllowed, by, bulk, asks, known: isKnown }
      return { command: { do: 'invite', requestId, ...sent }, recipient }
    },
  }
}

const isKnownHere = async (tx: Tx, { onboardingId }: Target, email: string) =>
  isAddressInUse(tx, email, await readOrganisationId(tx, onboardingId))

/** Returns the channels of the last invitation, else the first channel with an address. A copied link is not sent. */
function lastChannels(last: Channel[] | undefined, known: { email: string | null; phone: string | null }): Channel[] {
  const sent = last?.filter((channel) => channel !== 'link') ?? []
  if (sent.length > 0) return sent
  if (known.email !== null) return ['email']
  return known.phone !== null ? ['sms'] : []
}
