import { addDays } from './calendar.ts'
import type { NewMessage } from './changes.ts'
import { banksAskedFor, banksWaitedFor } from './connections/severalBanks.ts'
import { ADDRESS_IS_FINE, isDead, type MessageFact } from './messageFacts.ts'
import { isForStaff, type MessagePurpose } from './messages.ts'
import {
  DAY_MS,
  type Facts,
  HOUR_MS,
  type Instant,
  isActionable,
  type Step,
  type StepReason,
  statusAt,
  stepOf,
} from './situation.ts'

/** One reminder of a series: its number, counted from 1, and whether it is the last. */
type Reminder = { n: number; at: Instant; isLast: boolean }

/** The reminders of one stage. `key` names the stage, `until` ends it. */
export type Series = { kind: 'client' | 'staff'; key: string; reminders: Reminder[]; until?: Instant }

/** The parts of the invitation's window after which the client is reminded by default: days 2, 4 and 6 of a week. */
const WINDOW_PARTS = [2 / 7, 4 / 7, 6 / 7]
/** The default days of reminders after acceptance, and after a stage became the practice's move. */
export const STAGE_DAYS = [2, 5, 10]

/** The age at which a failed attempt that nobody acted on becomes the practice's move. */
export const UNTOUCHED_FAILURE_MS = 48 * HOUR_MS

/** Numbers the reminders at the given instants, and marks the last. */
const numbered = (instants: Instant[]): Reminder[] =>
  instants.map((at, i) => ({ n: i + 1, at, isLast: i === instants.length - 1 }))

/** Returns the instants of days after `from`, at its hour in the zone. */
const inDays = (from: Instant, zone: string, days = STAGE_DAYS): Instant[] =>
  days.map((day) => addDays(from, day, zone))

/** Returns the default reminders of a window, in ms after its start: spread over it, at least a day apart. */
export function spreadOver(windowMs: number): number[] {
  const kept: number[] = []
  for (const part of WINDOW_PARTS) {
    const after = Math.round(part * windowMs)
    if (after - (kept.at(-1) ?? Number.NEGATIVE_INFINITY) >= DAY_MS) kept.push(after)
  }
  return kept
}

/** Returns the reminders of an invitation's window: on the chosen days, or spread over it. */
export function windowReminders(
  from: Instant,
  until: Instant,
  zone: string,
  chosen: number[] | null = null,
): Reminder[] {
  if (!chosen) {
    const spread = spreadOver(until - from)
    return numbered(spread.map((after) => addDays(from, Math.floor(after / DAY_MS), zone) + (after % DAY_MS)))
  }
  // A day that begins only after the end of the link is none of its days, although clocks go forward meanwhile.
  const within = chosen.filter((day) => Math.max(from + day * DAY_MS, addDays(from, day, zone)) < until)
  return numbered(inDays(from, zone, within))
}

/** The reasons not to remind the client: they said no, the bank is down, or the provider refuses Embark. */
export const NOT_REMINDED = new Set<StepReason | null>(['stopped', 'bank_down', 'refused_us'])

/** Returns the last message to the client in the present generation, at most one per channel. */
export function latestMessages(facts: Facts): MessageFact[] {
  const sent = facts.messages.filter(
    (m) => m.generation === facts.invitation?.generation && !isForStaff(m.purpose) && m.state !== 'withdrawn',
  )
  return (['email', 'sms'] as const).flatMap((channel) => sent.filter((m) => m.channel === channel).slice(-1))
}

/** Returns true if a message was turned away for the moment, as by a full mailbox. */
export const wasTurnedAway = ({ state, cause }: Pick<MessageFact, 'state' | 'cause'>): boolean =>
  state === 'delayed' && cause === 'moment'

/** Returns the channels of the present invitation that are not known to have failed. */
export function reachableChannels(facts: Facts): ('email' | 'sms')[] {
  const dead = latestMessages(facts).filter((m) => isDead(m.state) && !ADDRESS_IS_FINE.some((one) => one === m.cause))
  return (['email', 'sms'] as const).filter(
    (channel) => facts.invitation?.channels.includes(channel) && !dead.some((m) => m.channel === channel),
  )
}

/** Returns a mail to the client if the present invitation's address works; else none. */
export function byMail(facts: Facts, purpose: MessagePurpose): NewMessage[] {
  return reachableChannels(facts).includes('email') ? [{ purpose, channels: ['email'] }] : []
}

/** Returns the start of the practice's present move; null if the move is not the practice's. */
export function practiceSince(facts: Facts, now: Instant): Instant | null {
  const { instants } = facts
  switch (statusAt(facts, now)) {
    case 'not_invited':
      return instants.provisioned
    case 'expired':
      return instants.expired ?? facts.expiresAt
    case 'declined':
      return instants.declined
    case 'invited':
      return facts.invitation?.channels.some((c) => c !== 'link') && reachableChannels(facts).length === 0
        ? Math.max(
            ...latestMessages(facts)
              .filter((m) => isDead(m.state))
              .map((m) => m.stateAt),
          )
        : null
    case 'accepted': {
      const since = facts.steps
        .filter((step) => step.required && isActionable(facts, step.kind))
        .flatMap((step) => practiceStepSince(facts, step))
      since.push(...banksWaitedFor(facts).flatMap(({ stoppedAt }) => stoppedAt ?? []))
      return since.length ? Math.min(...since) : null
    }
    case 'creating':
    case 'gave_up':
    case 'completed':
    case 'cancelled':
      return null
  }
}

/** Returns true if the client's step waits for the practice to decide which ledger organisation is theirs. */
export const isLeftToPractice = ({ kind, phase, reason }: Step): boolean =>
  kind === 'books' && (phase === 'check_organisation' || reason === 'already_linked')

/** Returns since when a step is the practice's move; empty if it is the client's. */
function practiceStepSince(facts: Facts, step: Step): Instant[] {
  if (step.owner === 'practice') return [stepActionableSince(facts, step.kind)]
  return isLeftToPractice(step) ? [step.failedAt ?? step.startedAt ?? stepActionableSince(facts, step.kind)] : []
}

/** Returns the instant from which the step's owner could work on it. */
export function stepActionableSince(facts: Facts, kind: 'bank' | 'books' | 'mapping'): Instant {
  const { accepted, provisioned, created } = facts.instants
  const start = Math.max(accepted ?? provisioned ?? created, stepOf(facts, kind).openedAt ?? 0)
  if (kind !== 'mapping') return start
  const bank = stepOf(facts, 'bank')
  // A bank step that waits for the client to say that it is all was opened for that by its first bank.
  return Math.max(start, bank.doneAt ?? bank.openedAt ?? start, stepOf(facts, 'books').doneAt ?? start)
}

/** Returns the open steps that are the client's. */
const clientStepsOf = (facts: Facts): Step[] =>
  facts.steps.filter((s) => s.required && s.owner === 'client' && isActionable(facts, s.kind) && !isLeftToPractice(s))

const isReminded = ({ reason }: Step): boolean => !NOT_REMINDED.has(reason)

/** Returns the series that run now: at most one for the client and one for the practice. */
export function seriesAt(facts: Facts, now: Instant): Series[] {
  const series: Series[] = []
  const status = statusAt(facts, now)
  const reachable = reachableChannels(facts).length > 0
  const { invitation, expiresAt, policy, zone } = facts
  if (status === 'invited' && reachable && invitation && expiresAt !== null) {
    const reminders = windowReminders(invitation.from, expiresAt, zone, policy.reminderDays?.invited)
    series.push({ kind: 'client', key: `invited-${invitation.generation}`, reminders, until: expiresAt })
  }
  const clientSteps = clientStepsOf(facts)
  const awaited = banksAskedFor(facts)
  const isAsked = awaited.length > 0 || clientSteps.some(isReminded)
  if (status === 'accepted' && reachable && isAsked) {
    const open = clientSteps.map((s) => stepActionableSince(facts, s.kind))
    const from = Math.min(...open, ...awaited.map(({ askedAt }) => askedAt))
    series.push({
      kind: 'client',
      key: `accepted-${facts.run}-${from}`,
      reminders: numbered(inDays(from, zone, policy.reminderDays?.accepted ?? STAGE_DAYS)),
    })
  }
  const since = practiceSince(facts, now)
  if (since !== null)
    series.push({ kind: 'staff', key: `${status}-${since}`, reminders: numbered(inDays(since, zone)) })
  else if (status === 'accepted') {
    const failed = facts.steps.find((s) => s.required && s.failedAt !== null && isActionable(facts, s.kind))
    if (failed?.failedAt) {
      const from = failed.failedAt + UNTOUCHED_FAILURE_MS
      series.push({
        kind: 'staff',
        key: `failed-${failed.failedAt}`,
        reminders: numbered([from, ...inDays(from, zone)]),
      })
    }
  }
  return series
}

/** A reminder is late if it is made more than this after its instant. */
const LATE_MS = HOUR_MS

/** Returns true if the last reminder of the client's present series is made. */
export function isLastMade(facts: Facts, now: Instant): boolean {
  const made = facts.reminded.client
  const series = seriesAt(facts, now).find(({ key }) => key === made?.series)
  return series?.reminders.some(({ n, isLast }) => isLast && made !== null && n <= made.n) ?? false
}

type NextReminder = Reminder & { kind: 'client' | 'staff'; series: string }

/** Returns the next reminder of all series, or null if none is to come. */
export const nextReminder = (facts: Facts, now: Instant): NextReminder | null => comingReminders(facts, now)[0] ?? null

/**
 * Returns the instant until which the client is not reminded, because they are asked for nothing but further banks, and
 * each of those is down; 0 for none.
 */
function outageUntil(facts: Facts, now: Instant): Instant {
  const awaited = banksAskedFor(facts)
  if (statusAt(facts, now) !== 'accepted' || awaited.length === 0) return 0
  // The bank step is left out: its question, if these are all banks, is asked together with the further bank.
  if (clientStepsOf(facts).some((step) => step.kind !== 'bank' && isReminded(step))) return 0
  return Math.min(...awaited.map(({ downUntil }) => downUntil ?? 0))
}

/**
 * Returns the next reminder of each series, soonest first: the first not made, or, if several were missed in a snooze or
 * an outage, the latest of those as one. Reminders wait for the end of a snooze, and for a bank that is down. A late
 * reminder replaces the next one if that is less than a day away.
 */
export function comingReminders(facts: Facts, now: Instant): NextReminder[] {
  const candidates = seriesAt(facts, now).flatMap(({ kind, key, reminders, until = Number.POSITIVE_INFINITY }) => {
    const restsUntil = Math.max(facts.snoozedUntil ?? 0, kind === 'client' ? outageUntil(facts, now) : 0)
    const heldUntil = Math.max(now, restsUntil)
    const reminded = facts.reminded[kind]
    const made = reminded?.series === key ? reminded.n : 0
    const open = reminders.filter((reminder) => reminder.n > made)
    const missed = open.filter((reminder) => reminder.at <= heldUntil).at(-1)
    // A timer is some seconds late; the next day's reminder must not be dropped for that.
    const isOnTime = heldUntil !== restsUntil && missed && heldUntil - missed.at <= LATE_MS
    const last = isOnTime ? missed : open.filter((reminder) => reminder.at < heldUntil + DAY_MS).at(-1)
    const next = missed && last ? { ...last, at: Math.max(missed.at, restsUntil) } : open[0]
    return next && next.at < until ? [{ ...next, kind, series: key }] : []
  })
  return candidates.sort((a, b) => a.at - b.at)
}
