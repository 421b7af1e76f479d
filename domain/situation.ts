import { awaitedBanks, type BankAsk } from './connections/bankAsks.ts'
import type { ConnectionFact } from './connections/lostAccess.ts'
import type { MessageFact } from './messageFacts.ts'

/** Milliseconds since the epoch, on the onboarding's own clock (`clock_timestamp() + clock_offset`). */
export type Instant = number

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** The time within which a cancellation can be undone. */
export const UNDO_MS = 15 * SECOND_MS
/** The delay of the expiry timer after the end, so that an acceptance at the last instant is never overtaken. */
export const EXPIRY_GRACE_MS = 5 * SECOND_MS

export const STATUSES = [
  'creating',
  'not_invited',
  'invited',
  'accepted',
  'declined',
  'expired',
  'gave_up',
  'completed',
  'cancelled',
] as const
export type Status = (typeof STATUSES)[number]

/** The part of each status in a run: it waits for the client's answer, goes on without one, or has ended. */
const PART: Record<Status, 'unanswered' | 'under_way' | 'ended'> = {
  creating: 'unanswered',
  not_invited: 'under_way',
  invited: 'unanswered',
  accepted: 'under_way',
  declined: 'unanswered',
  expired: 'unanswered',
  gave_up: 'ended',
  completed: 'ended',
  cancelled: 'ended',
}

/** Returns true for a status in which the client has not accepted and a new invitation may follow. */
export const isUnanswered = (status: Status): boolean => PART[status] === 'unanswered'

/** Returns true for a status that only somebody who reopens the onboarding leaves. */
export const isEnd = (status: Status): boolean => PART[status] === 'ended'

export const STEP_KINDS = ['bank', 'books', 'mapping'] as const
export type StepKind = (typeof STEP_KINDS)[number]
export type StepOwner = 'client' | 'practice'
export type Channel = 'email' | 'sms' | 'link'

/** The stages that an onboarding may have reached, each with its instant. */
export const REACHED = [
  'provisioned',
  'invited',
  'accepted',
  'declined',
  'expired',
  'completed',
  'cancelled',
  'gaveUp',
  'cleaned',
] as const

/** The instants that hold now. A resend clears `expired` and `declined`; the event log keeps earlier ones. */
export type Instants = { created: Instant } & Record<(typeof REACHED)[number], Instant | null>

const NOT_REACHED = Object.fromEntries(REACHED.map((name) => [name, null])) as Record<(typeof REACHED)[number], null>

/** Returns the instants of an onboarding that has reached nothing yet. */
export const instantsOf = (created: Instant): Instants => ({ created, ...NOT_REACHED })

/** The phase of a step that is in progress. */
export type StepPhase =
  | 'at_provider'
  | 'processing'
  | 'signatory'
  | 'unconfirmed' // approved at the bank; the confirmation on our page is missing
  | 'choose_organisation'
  | 'check_organisation'
  | 'more_banks' // a bank is connected, and the client has not said that it is all
  | 'lost'

/** The reason for which a step failed or was stopped. Its plain words are stored beside the step. */
export type StepReason =
  | 'stopped' // the client said that they do not want to share: reminders stop
  | 'cancelled' // the person stopped at the provider before the end
  | 'refused'
  | 'bank_down'
  | 'no_accounts'
  | 'unconfirmed' // approved at the bank; nobody confirmed on our page in time
  | 'nothing_chosen' // signed in to the ledger, but chose no organisation there
  | 'permission'
  | 'refused_us' // the provider refuses Embark itself: an operator must act
  | 'already_linked'
  | 'unavailable'

/**
 * The way to a client's books, which follows from their software: connected in Embark, set up by hand by the practice,
 * to be found out first, or none because the client uses no software.
 */
export const WAYS = ['connect', 'by_hand', 'find_out', 'none'] as const
export type Way = (typeof WAYS)[number]

export type Step = {
  kind: StepKind
  owner: StepOwner
  required: boolean
  /** The instant at which it last reopened or changed owner; null or absent if it never did. */
  openedAt?: Instant | null
  startedAt: Instant | null
  doneAt: Instant | null
  skippedAt: Instant | null
  skippedBecause: 'nothing_to_do' | 'not_needed' | 'other' | null
  failedAt: Instant | null
  phase: StepPhase | null
  reason: StepReason | null
  /** The way to the books; absent or `connect` for other steps. */
  way?: Way
  /** The instant at which the client, or a colleague for them, said that these are all their banks; null or absent before. */
  saidAllAt?: Instant | null
  /** True if a connection of its kind stands. False for a step marked done by hand, and for mapping. */
  isConnected?: boolean
}

/**
 * One generation of the invitation. `from`: the start of its window, at the command, then at the first claim. `asks`:
 * it asks somebody whose organisation is already on Embark to let the practice in.
 */
export type InvitationFact = {
  id: string
  generation: number
  channels: Channel[]
  asks: boolean
  from: Instant
  claimed: boolean
  acceptedChannel: Channel | null
  acceptedLinkId: string | null
}

/** The last reminder made in a series. A series is the reminders of one stage (`reminders.ts`). */
export type Reminded = { series: string; n: number } | null

/** Everything that `decide` and `describe` look at: ids, choices and instants, nothing personal. */
export type Facts = {
  id: string
  seq: number
  run: number
  instants: Instants
  expiresAt: Instant | null
  snoozedUntil: Instant | null
  lastActAt: Instant
  settleAt: Instant | null
  /** The last instant at which a completion was taken back; null or absent if none was. */
  reopenedAt?: Instant | null
  /** The last instant at which a command queued an invitation, a new link or a continue link; null for none. */
  sentAt: Instant | null
  invitation: InvitationFact | null
  steps: Step[]
  messages: MessageFact[]
  reminded: { client: Reminded; staff: Reminded }
  /** True if the practice has an address or number for the client. */
  hasContact: boolean
  /** The banks that staff asked for beside those shared, the oldest first; absent for none. */
  bankAsks?: BankAsk[]
  /** True while a bank's consent that the client was asked to confirm waits for an answer; absent otherwise. */
  asksRenewal?: true
  /** The connections of a completed client, also lost ones; absent otherwise. */
  connections?: ConnectionFact[]
  /** True if the client's personal data is erased and no command is possible; absent otherwise. */
  erased?: boolean
  /** The practice's time zone, in which reminders keep their hour. */
  zone: string
  policy: Policy
}

/**
 * The days on which the client is reminded after the invitation and after accepting, at most three each. Null: the
 * default days; an empty list: never.
 */
export type ReminderDays = { invited: number[] | null; accepted: number[] | null }

/** The practice's choices, copied at creation. `tellsExpired`: the client gets a mail when the link has expired. */
export type Policy = {
  windowMs: number
  giveUpAfterMs: number
  tellsExpired?: boolean
  reminderDays?: ReminderDays
  bankDoneWhen?: 'client_says'
}

/** Returns the one status, by precedence. The database's generated column gives the same (`test/db`). */
export function statusOf(i: Instants): Status {
  if (i.cancelled !== null) return 'cancelled'
  if (i.completed !== null) return 'completed'
  if (i.gaveUp !== null) return 'gave_up'
  if (i.declined !== null) return 'declined'
  if (i.accepted !== null) return 'accepted'
  if (i.expired !== null) return 'expired'
  if (i.invited !== null) return 'invited'
  if (i.provisioned !== null) return 'not_invited'
  return 'creating'
}

/** Returns the status at `now`. An invitation past its end is expired at once, before the workflow records it. */
export function statusAt(facts: Pick<Facts, 'instants' | 'expiresAt'>, now: Instant): Status {
  const status = statusOf(facts.instants)
  return status === 'invited' && facts.expiresAt !== null && now > facts.expiresAt ? 'expired' : status
}

export function stateOf(step: Step): 'open' | 'done' | 'skipped' {
  if (step.skippedAt !== null) return 'skipped'
  return step.doneAt !== null ? 'done' : 'open'
}

export function stepOf(facts: Pick<Facts, 'steps'>, kind: StepKind): Step {
  const step = facts.steps.find((one) => one.kind === kind)
  if (!step) throw new Error(`onboarding without a ${kind} step`)
  return step
}

/** Returns true if a bank is connected, but the client has not said yet that it is all. */
export const asksIfAll = (facts: Pick<Facts, 'steps'>): boolean => stepOf(facts, 'bank').phase === 'more_banks'

/** Returns true if the step can be worked on: it is open, and for mapping a bank is connected and the books are done. */
export function isActionable(facts: Pick<Facts, 'steps'>, kind: StepKind): boolean {
  const step = stepOf(facts, kind)
  if (stateOf(step) !== 'open') return false
  const hasBank = stateOf(stepOf(facts, 'bank')) === 'done' || asksIfAll(facts)
  return kind !== 'mapping' || (hasBank && stateOf(stepOf(facts, 'books')) === 'done')
}

/** Returns the required steps that are neither done nor skipped. The bank is left while another one is awaited. */
export const stepsLeft = (facts: Pick<Facts, 'steps' | 'bankAsks'>): StepKind[] =>
  facts.steps
    .filter(
      (step) => (step.required && stateOf(step) === 'open') || (step.kind === 'bank' && awaitedBanks(facts).length > 0),
    )
    .map(({ kind }) => kind)

/** Returns true if the organisation is set up, no required step is left, and the client accepted or was never invited. */
export const isReadyToComplete = ({ provisioned, accepted, invited }: Instants, left: StepKind[]): boolean =>
  provisioned !== null && left.length === 0 && (accepted !== null || invited === null)

/** Returns the instant until which a cancellation can be undone; null if none stands. */
export const undoableUntil = ({ cancelled }: Instants): Instant | null =>
  cancelled === null ? null : cancelled + UNDO_MS
