import type { Change, Decision } from '../changes.ts'
import type { CommandOf } from '../commands.ts'
import { isForStaff } from '../messages.ts'
import { byMail, nextReminder, reachableChannels } from '../reminders.ts'
import {
  DAY_MS,
  type Facts,
  type Instant,
  isEnd,
  isReadyToComplete,
  statusOf,
  stepsLeft,
  UNDO_MS,
} from '../situation.ts'
import { early } from './early.ts'
import { takenBack } from './messages.ts'
import { refuse, refuseBecause } from './refusal.ts'
import { reopened, withoutSessions } from './steps.ts'

/** The furthest a date may be set ahead, for extensions and snoozes. */
const AHEAD_MS = 60 * DAY_MS

export function provision(facts: Facts, now: Instant): Decision {
  if (facts.instants.provisioned !== null) return { unchanged: true }
  return { change: { event: { kind: 'provisioned', key: '', data: {} }, instants: { provisioned: now } } }
}

/** Makes the reminder that is due. `nextReminder` chooses it, not the caller. */
export function remind(facts: Facts, now: Instant): Decision {
  const due = nextReminder(facts, now)
  if (!due) return { unchanged: true }
  if (due.at > now) return early(due.at, now)
  const channel = reachableChannels(facts)[0] ?? 'email'
  return {
    change: {
      event: {
        kind: due.kind === 'client' ? 'client_touched' : 'staff_touched',
        // A stage can return with the same series; the sequence number keeps its reminders apart from earlier ones.
        key: `${due.series}:${due.n}:${facts.seq + 1}`,
        data: { n: due.n },
      },
      reminded: { kind: due.kind, series: due.series, n: due.n },
      messages: [
        due.kind === 'client'
          ? { purpose: 'client_touch', channels: [channel], n: due.n, isLast: due.isLast }
          : { purpose: 'staff_touch', channels: ['email'], n: due.n },
      ],
    },
  }
}

/** Gives up an expired or declined onboarding after the practice's limit without an act of a person. */
export function giveUp(facts: Facts, now: Instant): Decision {
  const status = statusOf(facts.instants)
  if (status !== 'expired' && status !== 'declined') return { unchanged: true }
  const at = facts.lastActAt + facts.policy.giveUpAfterMs
  if (now < at) return early(at, now)
  return { change: { event: { kind: 'gave_up', key: String(facts.run), data: {} }, instants: { gaveUp: now } } }
}

export function cancel(facts: Facts, now: Instant, command: CommandOf<'cancel'>): Decision {
  return {
    change: {
      event: { kind: 'cancelled', key: command.requestId, data: {} },
      instants: { cancelled: now },
      sessions: 'all',
      steps: withoutSessions(facts),
      act: true,
      messages: command.tellsClient && hasHeard(facts) ? byMail(facts, 'client_withdrawn') : [],
    },
  }
}

/**
 * Queues the mail about completion, once per onboarding. A mail that a reopening left `unknown` may have reached the
 * provider, so it is sent again under its key instead of as a second mail.
 */
function completionMail(facts: Facts): Pick<Change, 'messages' | 'message'> {
  if (facts.instants.accepted === null) return { messages: [] }
  const told = facts.messages.findLast((m) => m.purpose === 'client_done' && m.state !== 'withdrawn')
  if (!told) return { messages: byMail(facts, 'client_done') }
  const goesOn = { message: { id: told.id, state: 'sending' as const, reason: null, claims: false } }
  return { messages: [], ...(told.state === 'unknown' && goesOn) }
}

/** Returns true if a mail of the present invitation has left or may have left. */
const hasHeard = ({ messages, invitation }: Facts) =>
  messages.some(
    (m) => m.generation === invitation?.generation && m.channel === 'email' && m.claimed && !isForStaff(m.purpose),
  )

export function undoCancel(facts: Facts, now: Instant, command: CommandOf<'undo_cancel'>): Decision {
  const { cancelled, cleaned } = facts.instants
  if (cancelled === null || cleaned !== null || now > cancelled + UNDO_MS) {
    return refuse(facts, now, 'undo_too_late', cancelled === null ? null : cancelled + UNDO_MS)
  }
  return {
    change: {
      event: { kind: 'undone', key: command.requestId, data: {} },
      instants: { cancelled: null },
      act: true,
      messages: takenBack({ ...facts, instants: { ...facts.instants, cancelled: null } }, now),
    },
  }
}

/** Ends links and sessions once per run, after the undo period. The activity ends the sessions at their providers. */
export function cleanUp(facts: Facts, now: Instant): Decision {
  const { cancelled, gaveUp, cleaned } = facts.instants
  if (cleaned !== null || (cancelled === null && gaveUp === null)) return { unchanged: true }
  if (cancelled !== null && now <= cancelled + UNDO_MS) return { tooEarly: cancelled + UNDO_MS + 1 }
  return {
    change: {
      event: { kind: 'cleaned', key: String(facts.run), data: {} },
      instants: { cleaned: now },
      links: 'end_all',
      sessions: 'all',
      steps: withoutSessions(facts),
    },
  }
}

/** Reopens: completed with the named steps, given up as expired or declined, cancelled as before with links ended. */
export function reopen(facts: Facts, now: Instant, command: CommandOf<'reopen'>): Decision {
  const { cancelled, completed } = facts.instants
  const base: Change = {
    event: { kind: 'reopened', key: command.requestId, data: { steps: command.steps } },
    raiseRun: true,
    act: true,
  }
  if (cancelled !== null) {
    if (now <= cancelled + UNDO_MS && facts.instants.cleaned === null) {
      return refuseBecause(facts, now, 'can_be_undone')
    }
    return { change: { ...base, instants: { cancelled: null, cleaned: null }, links: 'end_all', sessions: 'all' } }
  }
  if (completed !== null) {
    if (command.steps.length === 0) return refuse(facts, now, 'steps_required')
    const steps = reopened(facts, command.steps, now)
    if (!steps) return refuse(facts, now, 'step_blocked')
    return { change: { ...base, instants: { completed: null }, steps } }
  }
  return { change: { ...base, instants: { gaveUp: null, cleaned: null } } }
}

export function extend(facts: Facts, now: Instant, command: CommandOf<'extend'>): Decision {
  const { until } = command
  const latest = now + AHEAD_MS
  if (until <= now || until > latest || (facts.expiresAt !== null && until <= facts.expiresAt)) {
    return refuse(facts, now, 'date_out_of_range', latest)
  }
  return {
    change: {
      event: { kind: 'extended', key: command.requestId, data: { until: new Date(until).toISOString() } },
      instants: { expired: null },
      expiresAt: until,
      act: true,
      messages: takenBack({ ...facts, instants: { ...facts.instants, expired: null }, expiresAt: until }, now),
    },
  }
}

/** Returns true for an instant to which something can be put off. */
export const isWithinReach = (until: Instant, now: Instant): boolean => until > now && until <= now + AHEAD_MS

export const outOfReach = (facts: Facts, now: Instant): Decision =>
  refuse(facts, now, 'date_out_of_range', now + AHEAD_MS)

export function snooze(facts: Facts, now: Instant, command: CommandOf<'snooze'>): Decision {
  const { until } = command
  if (!isWithinReach(until, now)) return outOfReach(facts, now)
  return {
    change: {
      event: { kind: 'snoozed', key: command.requestId, data: { until: new Date(until).toISOString() } },
      snoozedUntil: until,
      act: true,
    },
  }
}

export function resume(facts: Facts, now: Instant, command: CommandOf<'resume'>): Decision {
  if (facts.snoozedUntil === null || facts.snoozedUntil <= now) return { unchanged: true }
  return {
    change: { event: { kind: 'resumed', key: command.requestId, data: {} }, snoozedUntil: null, act: true },
  }
}

/** Completes the run, once, when no required step is open and the client accepted or was never invited. */
export function complete(facts: Facts, now: Instant): Decision {
  if (isEnd(statusOf(facts.instants))) return { unchanged: true }
  if (!isReadyToComplete(facts.instants, stepsLeft(facts))) return { unchanged: true }
  const { messages = [], ...rest } = completionMail(facts)
  return {
    change: {
      event: { kind: 'completed', key: String(facts.run), data: {} },
      instants: { completed: now },
      messages: [{ purpose: 'staff_completed', channels: ['email'] }, ...messages],
      ...rest,
    },
  }
}
