import type { Command, Decision } from '../commands.ts'
import { advances, isDead, isForStaff, isWanted } from '../messages.ts'
import { type Facts, type Instant, statusAt } from '../situation.ts'

type Of<K extends Command['do']> = Extract<Command, { do: K }>

/**
 * An attempt at sending takes the message, if it is still wanted. The first claim of an invitation starts its window,
 * so that the mail prints the date that will hold. A text that was claimed and never recorded is not known to have
 * gone, and is left to people; a mail is repeated under its key.
 */
export function claim(facts: Facts, command: Of<'claim'>, now: Instant): Decision {
  const message = facts.messages.find((m) => m.id === command.messageId)
  if (!message || (message.state !== 'queued' && message.state !== 'sending')) return { unchanged: true }
  const wanted = isWanted(facts, message, now)
  if (message.state === 'sending' && (message.channel === 'sms' || !wanted)) {
    return moveMessage(facts, { do: 'move_message', messageId: message.id, to: 'unknown', reason: 'no answer' }, now)
  }
  if (message.claimed && wanted) return { unchanged: true }
  const starts = message.purpose === 'invitation' || message.purpose === 'new_link'
  const claims = wanted && starts && facts.invitation?.claimed === false
  const state = wanted ? 'sending' : 'withdrawn'
  return {
    change: {
      event: {
        kind: 'message',
        key: `${message.id}:${state}`,
        data: { messageId: message.id, purpose: message.purpose, channel: message.channel, state },
      },
      message: { id: message.id, state, reason: null, claims },
      ...(claims && { expiresAt: now + facts.policy.windowMs }),
    },
  }
}

/**
 * What a provider answered or reported. A state never moves back. A client message that cannot arrive stops the
 * chasing and is mailed to the practice.
 */
export function moveMessage(facts: Facts, command: Of<'move_message'>, now: Instant): Decision {
  const message = facts.messages.find((m) => m.id === command.messageId)
  if (!message || !advances(message.state, command.to)) return { unchanged: true }
  const open = ['invited', 'accepted'].includes(statusAt(facts, now))
  const tellsStaff = isDead(command.to) && !isForStaff(message.purpose) && open
  return {
    change: {
      event: {
        kind: 'message',
        key: `${message.id}:${command.to}`,
        data: { messageId: message.id, purpose: message.purpose, channel: message.channel, state: command.to },
      },
      message: { id: message.id, state: command.to, reason: command.reason, claims: false },
      messages: tellsStaff ? [{ purpose: 'staff_bounced', channels: ['email'] }] : [],
    },
  }
}
