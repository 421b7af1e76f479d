import { lossInstants, lostAccess } from './connections/lostAccess.ts'
import { isDead, type MessageFact } from './messageFacts.ts'
import { isHeldBack } from './messages.ts'
import { giveUpAt } from './nextMove.ts'
import {
  comingReminders,
  isLeftToPractice,
  latestMessages,
  NOT_REMINDED,
  nextReminder,
  practiceSince,
  UNTOUCHED_FAILURE_MS,
} from './reminders.ts'
import {
  type Facts,
  type Instant,
  isReadyToComplete,
  type Status,
  type StepKind,
  type StepReason,
  statusAt,
  stepOf,
  stepsLeft,
} from './situation.ts'
import { openSteps, type Waiting } from './waiting.ts'

export const BLOCKERS = [
  'creating',
  'not_invited',
  'no_contact',
  'sending',
  'delayed',
  'acceptance',
  'bounced',
  'blocked',
  'sms_failed',
  'send_unknown',
  'address_in_use',
  'access_request',
  'expired',
  'declined',
  'bank',
  'at_bank',
  'bank_unconfirmed',
  'signatory',
  'processing',
  'bank_down',
  'bank_failed',
  'bank_failed_old',
  'another_bank',
  'more_banks',
  'books',
  'software_unknown',
  'manual_books',
  'choose_org',
  'wrong_org',
  'already_linked',
  'permission',
  'lost',
  'mapping',
  'access_ending',
  'access_ended',
  'sign_in_lost',
  'finishing',
] as const
export type Blocker = (typeof BLOCKERS)[number]

export const MOVES = ['client', 'practice', 'bank', 'us'] as const
export type Mover = (typeof MOVES)[number]

export const NEXT_KINDS = ['reminder', 'staff_reminder', 'expiry', 'check', 'close', 'wake', 'access_end'] as const

type Coming = { what: (typeof NEXT_KINDS)[number]; at: Instant }

/** The situation: stage, blocker, move, since when, and the next one or two things that happen by themselves. */
export type Description = {
  stage: Status
  blockedBy: Blocker | null
  move: Mover | null
  since: Instant
  /** The blocking step and the reason of its failure; null if no step blocks. */
  step: StepKind | null
  reason: StepReason | null
  access?: Waiting['access']
  next: Coming[]
  /** Up to two further open things, the most pressing first. */
  also: (Waiting & { next: Coming[] })[]
  /** The change that time alone brings if nobody acts before `at`. */
  turns: { at: Instant; blockedBy: Blocker; move: Mover; also: Pick<Waiting, 'blockedBy' | 'move'> | null } | null
}

/** A `Waiting` that may also be empty: blocker and move are null if nothing is waited for. */
type Blocked = Omit<Waiting, 'blockedBy' | 'move'> & { blockedBy: Blocker | null; move: Mover | null }

const MOST_ALSO = 2

/** Returns the situation of an onboarding. List, detail, API and messages all use this answer. */
export function describe(facts: Facts, now: Instant): Description {
  const stage = statusAt(facts, now)
  const [lead, ...others] = waitedFor(facts, stage, now)
  const also = others.slice(0, MOST_ALSO)
  const nextFor = (one: Blocked) => nextThings(facts, now, also.length > 0 ? one : null, one === lead)
  return {
    stage,
    ...lead,
    next: lead.blockedBy === null ? [] : nextFor(lead),
    also: also.map((one) => ({ ...one, next: nextFor(one) })),
    turns: turn(facts, stage, [lead, ...also], now),
  }
}

/**
 * Returns the open things, the leading one first: the open steps of an accepted client, the lost connections of a
 * completed one.
 */
function waitedFor(facts: Facts, stage: Status, now: Instant): [Blocked, ...Waiting[]] {
  if (stage === 'accepted') {
    const [lead, ...others] = openSteps(facts, now)
    return lead ? [lead, ...others] : [outside({ blockedBy: 'finishing', move: 'us', since: lastStepAt(facts) })]
  }
  if (stage === 'completed') {
    const [lead, ...others] = lostAccess(facts, now)
    if (lead) return [lead, ...others]
  }
  return [outside(blockedAt(facts, stage, now))]
}

const outside = <T>(blocked: T) => ({ ...blocked, step: null, reason: null })

function blockedAt(facts: Facts, stage: Exclude<Status, 'accepted'>, now: Instant): Outside {
  const { instants } = facts
  switch (stage) {
    case 'cancelled':
      return ended(instants.cancelled)
    case 'completed':
      return ended(instants.completed)
    case 'gave_up':
      return ended(instants.gaveUp)
    case 'creating':
      return { blockedBy: 'creating', move: 'us', since: instants.created }
    case 'not_invited': {
      const since = instants.provisioned ?? instants.created
      if (isReadyToComplete(instants, stepsLeft(facts)))
        return { blockedBy: 'finishing', move: 'us', since: lastStepAt(facts) }
      return { blockedBy: facts.hasContact ? 'not_invited' : 'no_contact', move: 'practice', since }
    }
    case 'expired':
      return { blockedBy: 'expired', move: 'practice', since: facts.expiresAt ?? now }
    case 'declined':
      return { blockedBy: 'declined', move: 'practice', since: instants.declined ?? now }
    case 'invited':
      return delivery(facts, now)
  }
}

type Outside = Pick<Blocked, 'blockedBy' | 'move' | 'since'>

const ended = (at: Instant | null): Outside => ({ blockedBy: null, move: null, since: at ?? 0 })

function lastStepAt(facts: Facts): Instant {
  const asks = (facts.bankAsks ?? []).map(({ doneAt, droppedAt: skippedAt }) => ({ doneAt, skippedAt }))
  const closed = [...facts.steps, ...asks].flatMap((one) => [one.doneAt, one.skippedAt].filter((at) => at !== null))
  return Math.max(facts.instants.accepted ?? facts.instants.created, ...closed)
}

/** Returns the blocker of an invited client: the client's move if one channel works, the practice's if none does. */
function delivery(facts: Facts, now: Instant): Outside {
  const { invitation } = facts
  const from = invitation?.from ?? facts.instants.invited ?? now
  const latest = latestMessages(facts)
  const blockedBy = invitation?.asks ? 'access_request' : 'acceptance'
  const acceptance: Outside = { blockedBy, move: 'client', since: from }
  if (latest.length === 0) return acceptance
  const held = latest.find(isHeldBack)
  if (held) return { blockedBy: 'address_in_use', move: 'practice', since: held.stateAt }
  const dead = latest.filter((m) => isDead(m.state))
  if (dead.length === latest.length) {
    const since = practiceSince(facts, now) ?? Math.max(...dead.map((m) => m.stateAt))
    const unknown = dead.find((m) => m.state === 'unknown')
    const worst = unknown ?? dead[0]
    return { blockedBy: worst ? deadBlocker(worst) : 'blocked', move: 'practice', since }
  }
  const alive = latest.filter((m) => !isDead(m.state))
  if (alive.some((m) => m.state === 'sent' || m.state === 'delivered')) return acceptance
  return { blockedBy: alive.some((m) => m.state === 'delayed') ? 'delayed' : 'sending', move: 'us', since: from }
}

function deadBlocker(message: MessageFact): Blocker {
  if (message.state === 'unknown') return 'send_unknown'
  if (message.channel === 'sms') return message.state === 'suppressed' ? 'blocked' : 'sms_failed'
  return message.state === 'bounced' ? 'bounced' : 'blocked'
}

/**
 * Returns at most two things that happen next by themselves. With several open things: those of `one`; the end of a
 * snooze belongs to the leading one.
 */
function nextThings(facts: Facts, now: Instant, one: Blocked | null, isLead: boolean): Coming[] {
  const { snoozedUntil, settleAt, expiresAt } = facts
  const closesAt = giveUpAt(facts)
  const next: Coming[] = []
  const reminders = one ? comingReminders(facts, now).filter(({ kind }) => isReminderOf(facts, one, kind, now)) : []
  const reminder = one ? (reminders[0] ?? null) : nextReminder(facts, now)
  const snoozed = snoozedUntil !== null && snoozedUntil > now
  if (isLead && snoozed) next.push({ what: 'wake', at: snoozedUntil })
  if (reminder && !snoozed)
    next.push({ what: reminder.kind === 'client' ? 'reminder' : 'staff_reminder', at: reminder.at })
  if (settleAt !== null && (one === null || one.step === 'bank')) next.push({ what: 'check', at: settleAt })
  if (statusAt(facts, now) === 'invited' && expiresAt !== null) next.push({ what: 'expiry', at: expiresAt })
  if (closesAt !== null) next.push({ what: 'close', at: closesAt })
  return next.sort((a, b) => a.at - b.at).slice(0, 2)
}

/** Returns true if a reminder of this kind is about this open step. */
function isReminderOf(
  facts: Facts,
  { step: kind, blockedBy, move }: Blocked,
  reminder: 'client' | 'staff',
  now: Instant,
): boolean {
  const isAnotherBank = blockedBy === 'another_bank' || (blockedBy === 'bank_down' && kind === null)
  if (isAnotherBank) return reminder === (move === 'practice' ? 'staff' : 'client')
  const step = kind && stepOf(facts, kind)
  if (!step) return true
  const isLeft = isLeftToPractice(step)
  if (reminder === 'client') return step.owner === 'client' && !isLeft && !NOT_REMINDED.has(step.reason)
  return step.owner === 'practice' || isLeft || (step.failedAt !== null && practiceSince(facts, now) === null)
}

/**
 * Returns the next change that time brings: an invitation expires, a bank failure or an ended access becomes the
 * practice's move, or a completed client's access ends.
 */
function turn(facts: Facts, stage: Status, present: Blocked[], now: Instant): Description['turns'] {
  if (stage === 'invited') return expiryOf(facts)
  for (const at of turningAt(facts, stage, now)) {
    const [then, alsoThen] = stage === 'completed' ? lostAccess(facts, at) : openSteps(facts, at)
    if (!then || isSame(present, [then, alsoThen])) continue
    return {
      at,
      blockedBy: then.blockedBy,
      move: then.move,
      also: alsoThen ? { blockedBy: alsoThen.blockedBy, move: alsoThen.move } : null,
    }
  }
  return null
}

/** Returns the instants to come at which time alone may change the open things, soonest first. */
function turningAt(facts: Facts, stage: Status, now: Instant): Instant[] {
  if (stage === 'completed') return lossInstants(facts, now)
  const { failedAt } = stepOf(facts, 'bank')
  const isTurning = stage === 'accepted' && failedAt !== null && now < failedAt + UNTOUCHED_FAILURE_MS
  return isTurning ? [failedAt + UNTOUCHED_FAILURE_MS] : []
}

type Shown = Pick<Blocked, 'blockedBy' | 'move'> | undefined

/** Returns true if the first two open things are the same, as lists find rows by them. */
const isSame = (before: Shown[], after: Shown[]): boolean =>
  [0, 1].every((n) => before[n]?.blockedBy === after[n]?.blockedBy && before[n]?.move === after[n]?.move)

/** Returns the change at the end of an invitation's window; null without an end. */
const expiryOf = ({ expiresAt }: Pick<Facts, 'expiresAt'>): Description['turns'] =>
  expiresAt === null ? null : { at: expiresAt + 1, blockedBy: 'expired', move: 'practice', also: null }

/**
 * Returns the change that time brings as the row stores it. An expiry that nothing has recorded yet is one: the status
 * column still says invited, so lists read the row as turned.
 */
export const storedTurns = (facts: Facts, { stage, turns }: Description): Description['turns'] =>
  stage === 'expired' && facts.instants.expired === null ? expiryOf(facts) : turns
