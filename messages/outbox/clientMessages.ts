import { type Outcome, type Target, transact } from '../../commands/execute.ts'
import type { Frozen, Message } from '../../db/invitations/messages.ts'
import type { Sending } from '../sending.ts'
import type { Outbox, Taken } from './attempt.ts'
import { claimMessage } from './claimMessage.ts'
import { recordSend } from './recordSend.ts'

/** The outbox of an onboarding's messages. Every move is decided and recorded as an event. */
export const messagesOf = (sending: Sending, target: Target): Outbox<Message & Frozen & Taken, Outcome> => ({
  transact: (work) => transact(sending.commands, target.practiceId, work),
  claim: (unit, id) => claimMessage(sending, unit, target, id),
  record: (unit, message, sent) => recordSend(unit, target, message, sending[message.channel].name, sent),
})
