import type { LinkFact } from './commands.ts'
import type { BankAsk } from './connections/bankAsks.ts'
import type { NewEvent } from './events.ts'
import type { MessageCause, MessageState } from './messageFacts.ts'
import type { MessagePurpose } from './messages.ts'
import type { Refusal } from './refusals.ts'
import type { Channel, Instant, Instants, Step, StepKind } from './situation.ts'

/** A message to queue. Client messages go to the present invitation's recipient, staff ones to the practice. */
export type NewMessage = {
  purpose: MessagePurpose
  channels: ('email' | 'sms')[]
  /** The number of a reminder in its series. */
  n?: number
  /** True for a reminder to the client that says that it is the last. */
  isLast?: boolean
  bulk?: boolean
  /** The earliest instant of sending; absent for at once. */
  notBefore?: Instant
}

/** The writes of one transaction besides `fact_seq + 1`. Absent fields stay as they are. */
export type Change = {
  event: NewEvent
  instants?: Partial<Omit<Instants, 'created'>>
  expiresAt?: Instant | null
  snoozedUntil?: Instant | null
  /** True for a person's act, which restarts the practice's give-up limit. */
  act?: boolean
  raiseRun?: boolean
  steps?: { kind: StepKind; set: Partial<Omit<Step, 'kind' | 'required'>> }[]
  reminded?: { kind: 'client' | 'staff'; series: string; n: number }
  /** A new invitation generation; accept links of older ones stop working. */
  generation?: { channels: Channel[]; asks: boolean }
  /** The new value of `hasContact`: true if the practice has an address or number for the client. */
  hasContact?: boolean
  /** The client's accounting software, which a trip to a ledger tells. */
  software?: string
  /** The requests for further banks after the change. */
  bankAsks?: BankAsk[]
  /** The id of the queued message that is taken back: the next request need not wait. */
  unsent?: string
  /** True if the client is asked to confirm what a bank shares. */
  asksRenewal?: true
  /** Erases the client's personal data. */
  erases?: true
  /** The link of the acceptance: it becomes a continue link, and its siblings stop working. */
  acceptedWith?: LinkFact
  links?: 'end_all'
  /** Provider sessions to end: all, or those of one step, without `keepsSession`. */
  sessions?: 'all' | 'bank' | 'books'
  /** The session that connects, which its own command moves on. */
  keepsSession?: string
  messages?: NewMessage[]
  /** The message whose state changes. `claims`: the window of its invitation starts now. */
  message?: { id: string; state: MessageState; reason: string | null; cause?: MessageCause; claims: boolean }
}

export type Decision = { change: Change } | { unchanged: true } | { refusal: Refusal } | { tooEarly: Instant }
