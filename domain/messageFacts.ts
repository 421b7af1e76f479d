import type { MessagePurpose } from './messages.ts'
import type { Instant } from './situation.ts'

export const MESSAGE_STATES = [
  'queued',
  'sending',
  'unknown',
  'sent',
  'delayed',
  'delivered',
  'bounced',
  'complained',
  'suppressed',
  'failed',
  'withdrawn',
] as const
export type MessageState = (typeof MESSAGE_STATES)[number]

/** The states of messages that will not arrive, or whose outcome is unknown. */
export const DEAD_STATES = ['bounced', 'complained', 'suppressed', 'failed', 'unknown'] as const
type DeadState = (typeof DEAD_STATES)[number]

/** Returns true if a message will not arrive or its outcome is unknown. */
export const isDead = (state: MessageState): state is DeadState => DEAD_STATES.some((dead) => dead === state)

/** The cause of a message's state, where more depends on it than on the state. */
export type MessageCause =
  | 'mail' // the message itself was refused: the address is fine
  | 'moment' // it was turned away for the moment, as by a full mailbox, and is sent once more
  | 'overtaken' // it was no longer wanted when its outcome became unknown
  | 'known_address' // its address belongs to somebody at another client
  | 'opted_out' // its number answered STOP

/** The causes of a message that did not arrive which say nothing against its address. */
export const ADDRESS_IS_FINE: readonly MessageCause[] = ['mail', 'overtaken']

export type MessageFact = {
  id: string
  purpose: MessagePurpose
  channel: 'email' | 'sms'
  state: MessageState
  cause?: MessageCause | null
  generation: number
  /** True once an attempt was made: the content is fixed from then on. */
  claimed: boolean
  /** True for one of many that were asked for at once. */
  bulk: boolean
  /** The instant at which it reached its state; for a queued message that leaves later, the instant of leaving. */
  stateAt: Instant
}

/** A message that has not left. `patient`: nobody waits for it at a screen, so others are sent first. */
export type DueMessage = { id: string; channel: 'email' | 'sms'; patient?: true }
