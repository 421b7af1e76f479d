import { executeIn, type Outcome, type Target, type Unit } from '../../commands/execute.ts'
import {
  countRefusal,
  type Message,
  postpone,
  providerColumns,
  writeProviderId,
} from '../../db/invitations/messages.ts'
import { writeTrouble } from '../../db/troubles.ts'
import type { Command } from '../../domain/commands.ts'
import type { SendOutcome } from '../../providers/email/email.ts'

/** The number of refusals after which a mail ends as failed. */
const REFUSED_TRIES = 5

/** Returns true if a refused mail is tried again. */
export const isTriedAgain = (message: Message, sent: SendOutcome): boolean =>
  sent.outcome === 'refused' && sent.retryable === true && message.refusals + 1 < REFUSED_TRIES

/**
 * Records the outcome of an attempt. `message`: as before the attempt. With an unknown outcome it stays claimed: a mail
 * is repeated under its key, a text is looked for at its provider.
 */
export async function recordSend(
  unit: Unit,
  target: Target,
  message: Message,
  provider: string,
  sent: SendOutcome,
): Promise<Outcome> {
  const { tx } = unit
  const providerId = sent.outcome === 'accepted' ? sent.providerId : null
  const outcome = await executeIn(
    unit,
    { ...target, messageId: message.id },
    {
      actor: { type: 'system', id: null },
      prepare: async () => {
        if (sent.outcome === 'later') await postpone(tx, message, sent.reason)
        if ('trouble' in sent && sent.trouble) await writeTrouble(tx, message.channel, sent.trouble)
        if (sent.outcome === 'refused' && isTriedAgain(message, sent)) {
          await Promise.all([postpone(tx, message, sent.reason), countRefusal(tx, message.id)])
        }
        const command = commandFor(message, sent)
        const set = sent.outcome === 'accepted' ? providerColumns(tx, provider, providerId) : undefined
        return command && { command, filling: async () => ({ set, written: null }) }
      },
    },
  )
  if (outcome.result === 'not_found') throw new Error('the onboarding of a message is gone')
  const isReported = sent.outcome === 'accepted' && outcome.result === 'unchanged'
  if (isReported) await writeProviderId(tx, message.id, provider, providerId)
  return outcome
}

function commandFor(message: Message, sent: SendOutcome): Command | null {
  const move = { do: 'move_message', messageId: message.id } as const
  switch (sent.outcome) {
    case 'accepted':
      return { ...move, to: 'sent', reason: null }
    case 'refused':
      if (isTriedAgain(message, sent)) return null
      return { ...move, to: sent.state, reason: sent.reason, ...(sent.about && { about: sent.about }) }
    case 'unknown':
      return sent.isFinal ? { ...move, to: 'unknown', reason: sent.reason } : null
    case 'later':
      return null
  }
}
