import type { Decision, NewMessage } from '../changes.ts'
import type { CommandOf } from '../commands.ts'
import { isDead, type MessageFact } from '../messageFacts.ts'
import { advances, isForStaff, MESSAGES } from '../messages.ts'
import { isLastMade, wasTurnedAway } from '../reminders.ts'
import { type Facts, HOUR_MS, type Instant, statusAt, UNDO_MS } from '../situation.ts'
import { isWanted } from '../wanted.ts'

/**
 * Claims a message for one attempt at sending, if it is still wanted. The first claim of an invitation starts its
 * window, so that the mail states the date that holds. A message in `sending` may have reached the provider: if it is
 * no longer wanted it becomes `unknown`, else the caller repeats a mail under its key and looks for a text in the
 * provider's list first. While a cancellation can be undone, such a message waits.
 */
export function claim(facts: Facts, now: Instant, command: CommandOf<'claim'>): Decision {
  const message = facts.messages.find((m) => m.id === command.messageId)
  if (!message || (message.state !== 'queued' && message.state !== 'sending')) return { unchanged: true }
  const wanted = isWanted(facts, message, now)
  if (message.state === 'sending' && !wanted) {
    const { cancelled, cleaned } = facts.instants
    const undoUntil = cancelled !== null && cleaned === null ? cancelled + UNDO_MS : 0
    if (now <= undoUntil) return { tooEarly: undoUntil + 1 }
    return moveMessage(facts, now, { do: 'move_message', messageId: message.id, to: 'unknown', reason: 'no answer' })
  }
  if (message.claimed && wanted) return { unchanged: true }
  if (wanted && now < message.stateAt) return { tooEarly: message.stateAt }
  const claims = wanted && MESSAGES[message.purpose].startsWindow === true && facts.invitation?.claimed === false
  const state = wanted ? 'sending' : 'withdrawn'
  return {
    change: {
      event: {
        kind: 'message',
        key: `${message.id}:${state}`,
        data: { messageId: message.id, purpose: message.purpose, channel: message.channel, state },
      },
      message: { id: message.id, state, reason: null, claims },
      // An extension made before the first claim is kept.
      ...(claims && { expiresAt: Math.max(now + facts.policy.windowMs, facts.expiresAt ?? 0) }),
    },
  }
}

/**
 * Records a provider's answer or report. A state never moves back. A message to the client that cannot arrive stops the
 * reminders and is mailed to the practice, unless its invitation has been replaced. A message that is no longer wanted
 * and whose outcome is unknown alerts nobody.
 */
export function moveMessage(facts: Facts, now: Instant, command: CommandOf<'move_message'>): Decision {
  const message = facts.messages.find((m) => m.id === command.messageId)
  if (message && command.about === 'moment' && !earlierTurnedAway(facts, message)) {
    return turnedAway(facts, message, command.reason, now)
  }
  if (!message || !advances(message.state, command.to)) return { unchanged: true }
  const open = ['invited', 'accepted'].includes(statusAt(facts, now))
  const current = message.generation === facts.invitation?.generation
  const isOvertaken = command.to === 'unknown' && !isWanted(facts, message, now)
  // A message that was turned away twice says that its address does not work.
  const about = command.about === 'moment' ? undefined : command.about
  const cause = isOvertaken ? 'overtaken' : about
  const concernsStaff = cause !== 'overtaken' && cause !== 'known_address'
  const warnsStaff = isDead(command.to) && !isForStaff(message.purpose) && open && current && concernsStaff
  return {
    change: {
      event: {
        kind: 'message',
        // An unknown message may be sent again under its key and become unknown again, so `seq` is part of the key.
        key: command.to === 'unknown' ? `${message.id}:unknown:${facts.seq + 1}` : `${message.id}:${command.to}`,
        data: { messageId: message.id, purpose: message.purpose, channel: message.channel, state: command.to },
      },
      message: { id: message.id, state: command.to, reason: command.reason, ...(cause && { cause }), claims: false },
      messages: warnsStaff ? [{ purpose: 'staff_bounced', channels: ['email'] }] : [],
    },
  }
}

/** The delay before a message that was turned away for the moment is sent again. */
const ONCE_MORE_AFTER_MS = 4 * HOUR_MS

/** Returns the earlier message of this channel and invitation that was turned away; undefined if there is none. */
const earlierTurnedAway = ({ messages }: Facts, { id, channel, generation }: MessageFact): MessageFact | undefined =>
  messages.find((m) => m.id !== id && m.channel === channel && m.generation === generation && wasTurnedAway(m))

/**
 * Records that a message was turned away for the moment, as by a full mailbox, and queues it once more if it is still
 * wanted. The address counts as good until the second attempt fails too.
 */
function turnedAway(facts: Facts, message: MessageFact, why: string | null, now: Instant): Decision {
  if (wasTurnedAway(message) || isDead(message.state) || message.state === 'delivered') return { unchanged: true }
  const { id: messageId, purpose, channel } = message
  const made = purpose === 'client_touch' ? facts.reminded.client : null
  return {
    change: {
      event: {
        kind: 'message',
        key: `${messageId}:turned_away`,
        data: { messageId, purpose, channel, state: 'delayed' },
      },
      message: { id: messageId, state: 'delayed', reason: why, cause: 'moment', claims: false },
      messages: isWanted(facts, message, now)
        ? [
            {
              purpose,
              channels: [channel],
              notBefore: now + ONCE_MORE_AFTER_MS,
              ...(made && { n: made.n, isLast: isLastMade(facts, now) }),
            },
          ]
        : [],
    },
  }
}

/** Ends a send that may have reached the provider and whose result stays unknown. A queued message stays due. */
export function abandonSend(facts: Facts, now: Instant, { messageId, reason }: CommandOf<'abandon_send'>): Decision {
  const message = facts.messages.find((m) => m.id === messageId)
  if (message?.state !== 'sending') return { unchanged: true }
  return moveMessage(facts, now, { do: 'move_message', messageId, to: 'unknown', reason })
}

/**
 * Returns the messages to queue again: per channel the last one, if it was withdrawn unsent and is wanted again, as
 * after an undone cancellation. `facts` are those after the change.
 */
export function takenBack(facts: Facts, now: Instant): NewMessage[] {
  const commanded = facts.messages.filter(
    (m) => m.generation === facts.invitation?.generation && MESSAGES[m.purpose].byCommand,
  )
  return (['email', 'sms'] as const).flatMap((channel) => {
    const last = commanded.filter((m) => m.channel === channel).at(-1)
    return last?.state === 'withdrawn' && isWanted(facts, last, now)
      ? [{ purpose: last.purpose, channels: [channel] }]
      : []
  })
}
