/** Milliseconds since the epoch, on the onboarding's own clock (`clock_timestamp() + clock_offset`). */
export type Instant = number

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** How long a cancellation can be undone. */
export const UNDO_MS = 15 * SECOND_MS
/** The expiry timer is armed this long after the instant, so that an acceptance on it is never overtaken. */
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

export const STEP_KINDS = ['bank', 'books', 'mapping'] as const
export type StepKind = (typeof STEP_KINDS)[number]
export type StepOwner = 'client' | 'practice'
export type Channel = 'email' | 'sms' | 'link'

/** What is so now: a resend clears `expired` and `declined`; what was so before is in the event log. */
export type Instants = {
  created: Instant
  provisioned: Instant | null
  invited: Instant | null
  accepted: Instant | null
  declined: Instant | null
  expired: Instant | null
  completed: Instant | null
  cancelled: Instant | null
  gaveUp: Instant | null
  cleaned: Instant | null
}

/** Where a step that is under way stands. */
export type StepPhase =
  | 'at_provider'
  | 'processing'
  | 'signatory'
  | 'unconfirmed' // approved at the bank; a yes on our page is still missing
  | 'choose_organisation'
  | 'check_organisation'
  | 'lost'

/** Why a step failed or was stopped. The plain words for it are kept beside the step. */
export type StepReason =
  | 'stopped' // the client said they do not want to share: nobody chases them any more
  | 'cancelled' // the person stopped at the provider before the end
  | 'refused'
  | 'bank_down'
  | 'no_accounts'
  | 'unconfirmed' // approved at the bank; nobody said yes on our page in time
  | 'nothing_chosen' // signed in to the ledger, but chose no organisation there
  | 'permission'
  | 'refused_us' // the provider refuses Embark itself: an operator must act
  | 'already_linked'
  | 'unavailable'

export type Step = {
  kind: StepKind
  owner: StepOwner
  required: boolean
  /** When it last came back or changed hands; null or absent while it stands as it was created. */
  openedAt?: Instant | null
  startedAt: Instant | null
  doneAt: Instant | null
  skippedAt: Instant | null
  skippedBecause: 'nothing_to_do' | 'not_needed' | 'other' | null
  failedAt: Instant | null
  phase: StepPhase | null
  reason: StepReason | null
  /** A connection of its kind stands. False for a step that was marked done by hand, and for the matching. */
  isConnected?: boolean
}

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

/** States from which a message will not arrive, or nobody can tell. */
export const DEAD_STATES = ['bounced', 'complained', 'suppressed', 'failed', 'unknown'] as const
type DeadState = (typeof DEAD_STATES)[number]

/** Returns true if a message will not arrive, or nobody can tell. */
export const isDead = (state: MessageState): state is DeadState => DEAD_STATES.some((dead) => dead === state)

/** The reason of a text that is suppressed because its number answered STOP. */
export const STOPPED = 'stop'

/** Returns true if a text is suppressed because its number answered STOP. */
export const hasStopped = ({ state, reason }: Pick<MessageFact, 'state' | 'reason'>): boolean =>
  state === 'suppressed' && reason === STOPPED

/** What a message is for; `domain/messages.ts` has the rules of each. */
export type MessagePurpose =
  | 'invitation'
  | 'new_link'
  | 'access_request'
  | 'continue_link'
  | 'client_touch'
  | 'bank_back'
  | 'client_done'
  | 'client_expired'
  | 'client_withdrawn'
  | 'staff_touch'
  | 'staff_bounced'
  | 'staff_bank_connected'
  | 'staff_completed'
  | 'staff_declined'
  | 'staff_told'

/** The purposes of what goes to the practice. */
export type StaffPurpose = Extract<MessagePurpose, `staff_${string}`>

export type MessageFact = {
  id: string
  purpose: MessagePurpose
  channel: 'email' | 'sms'
  state: MessageState
  reason: string | null
  generation: number
  /** An attempt was made: its bytes are frozen. */
  claimed: boolean
  /** One of many that were asked for at once. */
  bulk: boolean
  /** When it came to its state; of a queued message that is to leave later, when. */
  stateAt: Instant
}

/**
 * One generation of the invitation. `from` is where its window starts: the command, then the first claim. `asks`: it asks
 * somebody who keeps the business on Embark already to let the practice in.
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

/** The last touch made in a series; a series is one stage that is chased (`touches.ts`). */
export type Touched = { series: string; n: number } | null

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
  /** When the client was last sent an invitation, a new link or a continue link by command. */
  sentAt: Instant | null
  invitation: InvitationFact | null
  steps: Step[]
  messages: MessageFact[]
  touched: { client: Touched; staff: Touched }
  /** Whether the practice has an address or number for the client. */
  hasContact: boolean
  /** The client's personal data is gone: nothing can be done with it any more. Absent as long as it is there. */
  erased?: boolean
  policy: Policy
}

/**
 * On which days, at most three, the client is reminded: after the invitation, and after accepting. Null is as it is for
 * everybody at first; an empty list is never.
 */
export type ReminderDays = { invited: number[] | null; accepted: number[] | null }

/** The practice's choices, copied at creation. `tellsExpired`: the client is written to when the link has expired. */
export type Policy = { windowMs: number; giveUpAfterMs: number; tellsExpired?: boolean; reminderDays?: ReminderDays }

/** `patient`: nobody waits for it at a screen, so it goes behind those that somebody does. */
export type DueMessage = { id: string; channel: 'email' | 'sms'; patient?: true }

/** The one status, by precedence. The database's generated column says the same (`test/db`). */
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

/** The status as it holds at `now`: an invitation past its end is expired from that instant on, whoever was up. */
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

/** Mapping can be worked on only when bank and books are both done. */
export function isActionable(facts: Pick<Facts, 'steps'>, kind: StepKind): boolean {
  const step = stepOf(facts, kind)
  if (stateOf(step) !== 'open') return false
  return kind !== 'mapping' || (stateOf(stepOf(facts, 'bank')) === 'done' && stateOf(stepOf(facts, 'books')) === 'done')
}

/** Returns the required steps that are neither done nor skipped. */
export const stepsLeft = ({ steps }: Pick<Facts, 'steps'>): StepKind[] =>
  steps.filter((step) => step.required && stateOf(step) === 'open').map(({ kind }) => kind)

/** Returns true if the organisation is set up, no required step is left, and the client accepted or was never invited. */
export const isReadyToComplete = ({ provisioned, accepted, invited }: Instants, left: StepKind[]): boolean =>
  provisioned !== null && left.length === 0 && (accepted !== null || invited === null)

/** Returns until when a cancellation can be undone; null where none stands. */
export const undoableUntil = ({ cancelled }: Instants): Instant | null =>
  cancelled === null ? null : cancelled + UNDO_MS
