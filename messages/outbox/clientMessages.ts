import type { Outcome, Target } from '../../commands/execute.ts'
import type { Frozen, Message } from '../../db/invitations/messages.ts'
import type { Sending } from '../sending.ts'
import type { Outbox, Taken } from './attempt.ts'
import { claimMessage } from './claimMessage.ts'
import { freezeMessage } from './freeze.ts'
import { recordSend } from './recordSend.ts'
import { readRendering } from './render.ts'

/** The outbox of an onboarding's messages. Every move is decided and recorded as an event. */
export const messagesOf = (sending: Sending, target: Target): Outbox<Message & Frozen & Taken, Outcome> => ({
  async claim(id) {
    const { takeTurn } = sending
    const claim = await claimMessage(sending.commands, target, id, {
      freeze: freezeMessage(sending),
      readRendering,
      takeTurn,
    })
    if (claim.do !== 'send') return claim
    const { message, rendering, hasTurn } = claim
    return { do: 'send', message: { ...message, ...rendering, hasTurn, isRepeat: message.state === 'sending' } }
  },
  record: (message, sent) => recordSend(sending.commands, target, message, sending[message.channel].name, sent),
})
