import {
  type Facts,
  type Instant,
  type MessageFact,
  type MessagePurpose,
  type MessageState,
  stateOf,
  statusAt,
  stepOf,
} from './situation.ts'
import { seriesAt } from './touches.ts'

/**
 * Delivery states by rank: a report never moves a message to a lower one. Equal ranks keep the first. A withdrawn message
 * ranks below what a provider reports: a report proves that it left after all.
 */
const RANK: Record<MessageState, number> = {
  queued: 0,
  sending: 1,
  unknown: 2,
  withdrawn: 2,
  sent: 3,
  delayed: 4,
  delivered: 5,
  bounced: 6,
  complained: 6,
  suppressed: 6,
  failed: 6,
}

/** Whether a message may move from one state to the other. */
export function advances(from: MessageState, to: MessageState): boolean {
  return RANK[to] > RANK[from]
}

/** What tells the client how it ended, and asks nothing more. */
const CLOSING = new Set<MessagePurpose>(['client_done', 'client_expired', 'client_withdrawn'])

/** Whether a message asks the client for something: to accept, or to go on. */
export function isAsking(purpose: MessagePurpose): boolean {
  return !isForStaff(purpose) && !CLOSING.has(purpose)
}

/** What goes to the practice rather than to the client. */
export function isForStaff(purpose: MessagePurpose): boolean {
  return purpose.startsWith('staff_')
}

/** Purposes that a person asks for by a command. A further one has to wait a minute. */
const SENT_BY_COMMAND = new Set<MessagePurpose>(['invitation', 'new_link', 'access_request', 'continue_link'])

/** Returns true if a message is sent by a person's command. */
export const isSentByCommand = (purpose: MessagePurpose): boolean => SENT_BY_COMMAND.has(purpose)

/** Returns true if somebody waits for this one message: it was asked for singly, and not by the workflow. */
export const isAwaited = ({ purpose, bulk }: Pick<MessageFact, 'purpose' | 'bulk'>): boolean =>
  isSentByCommand(purpose) && !bulk

/** Whether a message may leave by now: that the invitation was withdrawn is said once it cannot be undone any more. */
export function isDue(facts: Pick<Facts, 'instants'>, { purpose, state }: MessageFact): boolean {
  if (state !== 'queued' && state !== 'sending') return false
  return purpose !== 'client_withdrawn' || facts.instants.cleaned !== null
}

/** Whether a message that has not left yet should still be sent. Asked under the lock, before every attempt. */
export function isWanted(facts: Facts, message: Pick<MessageFact, 'purpose' | 'generation'>, now: Instant): boolean {
  if (facts.erased) return false
  const status = statusAt(facts, now)
  const isSnoozed = facts.snoozedUntil !== null && facts.snoozedUntil > now
  const current = message.generation === facts.invitation?.generation
  switch (message.purpose) {
    case 'invitation':
    case 'new_link':
    case 'access_request':
      return status === 'invited' && current
    case 'continue_link':
      return (status === 'accepted' || status === 'completed') && current
    case 'client_touch':
      return current && !isSnoozed && isRunning(facts, 'client', now)
    case 'staff_touch':
      return !isSnoozed && isRunning(facts, 'staff', now)
    case 'bank_back': {
      const bank = stepOf(facts, 'bank')
      return status === 'accepted' && current && stateOf(bank) === 'open' && bank.phase === null
    }
    case 'client_done':
      return status === 'completed' && current
    case 'client_expired':
      return status === 'expired' && current
    case 'client_withdrawn':
      return status === 'cancelled' && current
    case 'staff_bounced':
    case 'staff_bank_connected':
    case 'staff_completed':
    case 'staff_declined':
    case 'staff_told':
      return true
  }
}

/** Whether the series that the last touch was made in still runs: a reminder of a stage that is over is not sent. */
function isRunning(facts: Facts, kind: 'client' | 'staff', now: Instant): boolean {
  return seriesAt(facts, now).some((series) => series.kind === kind && series.key === facts.touched[kind]?.series)
}

/** States from which a message will not arrive, or nobody can tell. */
export function isDead(state: MessageState): boolean {
  return (
    state === 'bounced' || state === 'complained' || state === 'suppressed' || state === 'failed' || state === 'unknown'
  )
}

/** Why an invitation is held back: somebody at another client has its address, and staff have not said they are meant. */
export const KNOWN_ADDRESS = 'This address already belongs to someone on Embark.'

/** Whether a message was held back for that. */
export function isHeldBack({ state, reason }: Pick<MessageFact, 'state' | 'reason'>): boolean {
  return state === 'suppressed' && reason === KNOWN_ADDRESS
}
