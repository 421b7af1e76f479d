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

/** Who to invite; what is left out stays as it was in the last invitation, or comes from the contact. */
export type InviteInput = {
  name?: string | undefined
  email?: string | null | undefined
  phone?: string | null | undefined
  channels?: Channel[] | undefined
  message?: string | null | undefined
  inviterName?: string | null | undefined
  /** Somebody on Embark has the address, and is meant. */
  existingUser?: boolean | undefined
  /** Asks to be let in, by email, instead of inviting. Left out, a request that stands at the same address is sent again. */
  asks?: boolean | undefined
}

/**
 * Invites, or invites again: the same or another recipient or channel, new links, the old ones dead. `by: client` is the
 * "send me a new link" of a dead page: to the same addresses only. Texts are not sent to numbers that stopped them.
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

/** The execution of an invitation, for whoever runs it. `planned`: it is previewed, after so many others. `bulk`: one of many. */
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
      // A channel that was asked for by name is not left out in silence: then nothing is sent, and the refusal says so.
      const channels = input.channels && possible.length < wanted.length ? [] : possible
      const recipient: Recipient = {
        ...named,
        message: input.message === undefined ? (last?.message ?? null) : input.message,
        inviterName: input.inviterName === undefined ? (last?.inviterName ?? null) : input.inviterName,
        // Said once of an address, it holds for it; a client who asks for a new link is who is meant.
        existingUser:
          input.existingUser || asks || by === 'client' || (last?.existingUser === true && last.email === named.email),
      }
      const addresses = [
        ...(channels.includes('email') ? [named.email] : []),
        ...(channels.includes('sms') ? [named.phone] : []),
      ].filter((address) => address !== null)
      const addressUse = await countAddressUse(tx, addresses)
      // A client who asks for a new link is not the one to be limited.
      const nextAllowed =
        by === 'client' ? null : await (planned ? previewNextAllowed(tx, planned) : lockNextAllowed(tx))
      // Whoever was asked before may be asked again, wherever they are at home by now.
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

/** The channels of the last invitation, or every one there is an address for. A copied link is sent nowhere by itself. */
function lastChannels(last: Channel[] | undefined, known: { email: string | null; phone: string | null }): Channel[] {
  const sent = last?.filter((channel) => channel !== 'link') ?? []
  if (sent.length > 0) return sent
  if (known.email !== null) return ['email']
  return known.phone !== null ? ['sms'] : []
}
