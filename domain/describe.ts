import { isHeldBack } from './messages/messages.ts'
import { situationOf } from './nextMove.ts'
import {
  type Facts,
  type Instant,
  isActionable,
  isReadyToComplete,
  type MessageFact,
  type Status,
  type Step,
  statusAt,
  stepOf,
} from './situation.ts'
import { latestMessages, nextTouch, practiceSince, stepActionableSince, UNTOUCHED_FAILURE_MS } from './touches.ts'

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
  'books',
  'choose_org',
  'wrong_org',
  'already_linked',
  'permission',
  'lost',
  'mapping',
  'access_ending',
  'finishing',
] as const
export type Blocker = (typeof BLOCKERS)[number]

export const MOVES = ['client', 'practice', 'bank', 'ledger', 'us'] as const
export type Mover = (typeof MOVES)[number]

export const NEXT_KINDS = [
  'reminder',
  'staff_reminder',
  'expiry',
  'check',
  'retry',
  'close',
  'wake',
  'access_end',
] as const

/** Stage, what blocks it, whose move, since when, and the next one or two things that happen by themselves. */
export type Description = {
  stage: Status
  blockedBy: Blocker | null
  move: Mover | null
  since: Instant
  next: { what: (typeof NEXT_KINDS)[number]; at: Instant }[]
  /** What it becomes by time alone, if nobody acts before. */
  turns: { at: Instant; blockedBy: Blocker; move: Mover } | null
}

type Blocked = { blockedBy: Blocker | null; move: Mover | null; since: Instant }

/** The one answer for list, detail, API and messages. */
export function describe(facts: Facts, now: Instant): Description {
  const stage = statusAt(facts, now)
  const blocked = blockedAt(facts, stage, now)
  return {
    stage,
    ...blocked,
    next: blocked.blockedBy === null ? [] : nextThings(facts, now),
    turns: turn(facts, stage, blocked, now),
  }
}

function blockedAt(facts: Facts, stage: Status, now: Instant): Blocked {
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
      if (isReadyToComplete(situationOf(facts, now)))
        return { blockedBy: 'finishing', move: 'us', since: lastStepAt(facts) }
      return { blockedBy: facts.hasContact ? 'not_invited' : 'no_contact', move: 'practice', since }
    }
    case 'expired':
      return { blockedBy: 'expired', move: 'practice', since: facts.expiresAt ?? now }
    case 'declined':
      return { blockedBy: 'declined', move: 'practice', since: instants.declined ?? now }
    case 'invited':
      return delivery(facts, now)
    case 'accepted':
      return openStep(facts, now)
  }
}

const ended = (at: Instant | null): Blocked => ({ blockedBy: null, move: null, since: at ?? 0 })

function lastStepAt(facts: Facts): Instant {
  const closed = facts.steps.flatMap((step) => [step.doneAt, step.skippedAt].filter((at) => at !== null))
  return Math.max(facts.instants.accepted ?? facts.instants.created, ...closed)
}

const DEAD: Partial<Record<MessageFact['state'], 'bounced' | 'blocked' | 'failed' | 'unknown'>> = {
  bounced: 'bounced',
  complained: 'blocked',
  suppressed: 'blocked',
  failed: 'failed',
  unknown: 'unknown',
}

/** An invited client is waited for as soon as one channel works; the practice when none does. */
function delivery(facts: Facts, now: Instant): Blocked {
  const { invitation } = facts
  const from = invitation?.from ?? facts.instants.invited ?? now
  const latest = latestMessages(facts)
  const blockedBy = invitation?.asks ? 'access_request' : 'acceptance'
  const acceptance: Blocked = { blockedBy, move: 'client', since: from }
  if (latest.length === 0) return acceptance
  const held = latest.find(isHeldBack)
  if (held) return { blockedBy: 'address_in_use', move: 'practice', since: held.stateAt }
  const dead = latest.filter((m) => DEAD[m.state])
  if (dead.length === latest.length) {
    const since = practiceSince(facts, now) ?? Math.max(...dead.map((m) => m.stateAt))
    const unknown = dead.find((m) => m.state === 'unknown')
    const worst = unknown ?? dead[0]
    return { blockedBy: worst ? deadBlocker(worst) : 'blocked', move: 'practice', since }
  }
  const alive = latest.filter((m) => !DEAD[m.state])
  if (alive.some((m) => m.state === 'sent' || m.state === 'delivered')) return acceptance
  return { blockedBy: alive.some((m) => m.state === 'delayed') ? 'delayed' : 'sending', move: 'us', since: from }
}

function deadBlocker(message: MessageFact): Blocker {
  if (message.state === 'unknown') return 'send_unknown'
  if (message.channel === 'sms') return message.state === 'suppressed' ? 'blocked' : 'sms_failed'
  return message.state === 'bounced' ? 'bounced' : 'blocked'
}

/** Of several open steps: the one that is the practice's, then the failed one, then the client's. */
function openStep(facts: Facts, now: Instant): Blocked {
  const open = facts.steps.filter((step) => step.required && isActionable(facts, step.kind))
  const blocked = open.map((step) => ({ step, ...stepBlocker(facts, step, now) }))
  const first =
    blocked.find((one) => one.move === 'practice') ??
    blocked.find((one) => one.step.failedAt !== null) ??
    blocked.find((one) => one.step.kind === 'bank') ??
    blocked[0]
  if (!first) return { blockedBy: 'finishing', move: 'us', since: lastStepAt(facts) }
  return { blockedBy: first.blockedBy, move: first.move, since: first.since }
}

function stepBlocker(facts: Facts, step: Step, now: Instant): Blocked {
  const since = stepActionableSince(facts, step.kind)
  const { owner } = step
  if (step.kind === 'mapping') return { blockedBy: 'mapping', move: 'practice', since }
  if (step.phase === 'lost') return { blockedBy: 'lost', move: owner, since: step.failedAt ?? since }
  if (step.kind === 'bank') return bankBlocker(step, since, now)
  const at = step.failedAt ?? step.startedAt ?? since
  if (step.phase === 'choose_organisation') return { blockedBy: 'choose_org', move: owner, since: at }
  if (step.phase === 'check_organisation') return { blockedBy: 'wrong_org', move: 'practice', since: at }
  if (step.reason === 'permission') return { blockedBy: 'permission', move: owner, since: at }
  if (step.reason === 'already_linked') return { blockedBy: 'already_linked', move: 'practice', since: at }
  return { blockedBy: 'books', move: owner, since }
}

function bankBlocker(step: Step, since: Instant, now: Instant): Blocked {
  const started = step.startedAt ?? since
  if (step.phase === 'at_provider') return { blockedBy: 'at_bank', move: 'client', since: started }
  if (step.phase === 'unconfirmed') return { blockedBy: 'bank_unconfirmed', move: 'client', since: started }
  if (step.phase === 'signatory') return { blockedBy: 'signatory', move: 'client', since: started }
  if (step.phase === 'processing') return { blockedBy: 'processing', move: 'bank', since: started }
  if (step.failedAt === null) return { blockedBy: 'bank', move: 'client', since }
  if (now >= step.failedAt + UNTOUCHED_FAILURE_MS) {
    return { blockedBy: 'bank_failed_old', move: 'practice', since: step.failedAt + UNTOUCHED_FAILURE_MS }
  }
  if (step.reason === 'bank_down') return { blockedBy: 'bank_down', move: 'bank', since: step.failedAt }
  return { blockedBy: 'bank_failed', move: 'client', since: step.failedAt }
}

function nextThings(facts: Facts, now: Instant): Description['next'] {
  const { deadlines } = situationOf(facts, now)
  const next: Description['next'] = []
  const touch = nextTouch(facts, now)
  const snoozed = deadlines.snoozedUntil !== null && deadlines.snoozedUntil > now
  if (snoozed && deadlines.snoozedUntil !== null) next.push({ what: 'wake', at: deadlines.snoozedUntil })
  if (touch && !snoozed) next.push({ what: touch.kind === 'client' ? 'reminder' : 'staff_reminder', at: touch.at })
  if (deadlines.settleAt !== null) next.push({ what: 'check', at: deadlines.settleAt })
  if (statusAt(facts, now) === 'invited' && deadlines.expiresAt !== null) {
    next.push({ what: 'expiry', at: deadlines.expiresAt })
  }
  if (deadlines.giveUpAt !== null) next.push({ what: 'close', at: deadlines.giveUpAt })
  return next.sort((a, b) => a.at - b.at).slice(0, 2)
}

function turn(facts: Facts, stage: Status, blocked: Blocked, now: Instant): Description['turns'] {
  if (stage === 'invited' && facts.expiresAt !== null) {
    return { at: facts.expiresAt + 1, blockedBy: 'expired', move: 'practice' }
  }
  const { failedAt } = stepOf(facts, 'bank')
  if (stage !== 'accepted' || failedAt === null || now >= failedAt + UNTOUCHED_FAILURE_MS) return null
  const at = failedAt + UNTOUCHED_FAILURE_MS
  const { blockedBy, move } = blockedAt(facts, stage, at)
  if (blockedBy === null || move === null || blockedBy === blocked.blockedBy) return null
  return { at, blockedBy, move }
}
