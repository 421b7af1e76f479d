import type { Change, CommandOf, Decision } from '../commands.ts'
import { reachableChannels, seriesAt } from '../reminders.ts'
import {
  DAY_MS,
  type Facts,
  type Instant,
  isActionable,
  isEnd,
  type Step,
  type StepKind,
  stateOf,
  statusAt,
  statusOf,
  stepOf,
  type Way,
} from '../situation.ts'
import { refuse, refuseClosed } from './refusal.ts'

type StepChange = NonNullable<Change['steps']>[number]

/** Returns the step changes that go with the end of all sessions: no step stays at a provider. */
export function withoutSessions(facts: Facts): StepChange[] {
  return facts.steps
    .filter((step) => step.phase !== null && step.phase !== 'lost')
    .map(({ kind }) => ({ kind, set: { phase: null } }))
}

const CLEARED: StepChange['set'] = {
  startedAt: null,
  doneAt: null,
  skippedAt: null,
  skippedBecause: null,
  failedAt: null,
  phase: null,
  reason: null,
}

/** The possible owners of each step. Only the account holder can approve the bank; matching is the practice's work. */
const OWNERS: Record<StepKind, Step['owner'][]> = {
  bank: ['client'],
  books: ['client', 'practice'],
  mapping: ['practice'],
}

/** Returns true if a step is closed without a connection, so that there is nothing to match. */
function lacksConnection(facts: Facts, kind: StepKind): boolean {
  const step = stepOf(facts, kind)
  return stateOf(step) === 'skipped' || (stateOf(step) === 'done' && step.isConnected === false)
}

/** Returns true if mapping was skipped because there was nothing to match, not by choice. */
const hadNothingToMatch = ({ skippedAt, skippedBecause }: Step): boolean =>
  skippedAt !== null && skippedBecause === 'nothing_to_do'

/**
 * Returns the changes that open the named steps again. Mapping reopens with bank or books unless it was skipped by
 * choice. Null if mapping cannot reopen because bank or books is skipped, was marked done without a connection, or is
 * set up by hand.
 */
export function reopened(facts: Facts, kinds: StepKind[], now: Instant): StepChange[] | null {
  const { way } = stepOf(facts, 'books')
  const stays = (kind: StepKind) =>
    (!kinds.includes(kind) && lacksConnection(facts, kind)) || (kind === 'books' && way === 'by_hand')
  if (kinds.includes('mapping') && (stays('bank') || stays('books'))) return null
  const closed = kinds.filter((kind) => stateOf(stepOf(facts, kind)) !== 'open')
  const mapping = stepOf(facts, 'mapping')
  const byChoice = mapping.skippedAt !== null && !hadNothingToMatch(mapping)
  const comesBack =
    closed.some((kind) => kind !== 'mapping') &&
    stateOf(mapping) !== 'open' &&
    !byChoice &&
    !stays('bank') &&
    !stays('books')
  const all: StepKind[] = comesBack && !closed.includes('mapping') ? [...closed, 'mapping'] : closed
  return all.map((kind) => ({
    kind,
    // Whoever opens the books of a client without software doubts that there is none.
    set: { ...CLEARED, openedAt: now, ...(kind === 'books' && way === 'none' && { way: 'find_out' as const }) },
  }))
}

/**
 * Returns the changes to the steps when the way to the books changes: none skips them, by hand makes them the
 * practice's, and matching goes or comes back with them. Closed books stay closed, except those skipped for want of
 * software.
 */
export function towards(facts: Facts, way: Way, now: Instant): StepChange[] {
  const books = stepOf(facts, 'books')
  const { way: was = 'connect' } = books
  if (way === was) return []
  const isSkippedForIt = stateOf(books) === 'skipped' && was === 'none'
  if (isEnd(statusOf(facts.instants)) || (stateOf(books) !== 'open' && !isSkippedForIt))
    return [{ kind: 'books', set: { way } }]
  if (way === 'none') {
    const skipped = { ...CLEARED, way, skippedAt: now, skippedBecause: 'not_needed' } as const
    return [{ kind: 'books', set: skipped }, ...nothingToMatch(facts, now)]
  }
  const opened = { ...CLEARED, way, openedAt: now }
  if (way === 'by_hand') {
    return [{ kind: 'books', set: { ...opened, owner: 'practice' } }, ...nothingToMatch(facts, now)]
  }
  const comesBack = hadNothingToMatch(stepOf(facts, 'mapping')) && !lacksConnection(facts, 'bank')
  return [
    { kind: 'books', set: opened },
    ...(comesBack ? [{ kind: 'mapping' as const, set: { ...CLEARED, openedAt: now } }] : []),
  ]
}

/** Returns the changes of a step at a provider. Books that go there are connected, so that is the way to them now. */
function atProvider(facts: Facts, now: Instant, kind: 'bank' | 'books', set: StepChange['set']): StepChange[] {
  const [books, ...others] = kind === 'books' ? towards(facts, 'connect', now) : []
  return [{ kind, set: { ...books?.set, ...set } }, ...others]
}

export function skipStep(facts: Facts, now: Instant, command: CommandOf<'skip_step'>): Decision {
  const step = stepOf(facts, command.step)
  if (stateOf(step) === 'skipped') return { unchanged: true }
  if (stateOf(step) === 'done') return refuseClosed(facts, now, command.step)
  const steps: StepChange[] = [
    {
      kind: command.step,
      set: { skippedAt: now, skippedBecause: command.reason, phase: null, failedAt: null, reason: null },
    },
  ]
  if (command.step !== 'mapping') steps.push(...nothingToMatch(facts, now))
  return {
    change: {
      event: { kind: 'step_skipped', key: command.requestId, data: { step: command.step, reason: command.reason } },
      steps,
      ...(command.step !== 'mapping' && { sessions: command.step }),
      act: true,
    },
  }
}

/** Returns the change that skips mapping when one side has no connection. */
const nothingToMatch = (facts: Facts, now: Instant): StepChange[] =>
  stateOf(stepOf(facts, 'mapping')) === 'open'
    ? [{ kind: 'mapping', set: { skippedAt: now, skippedBecause: 'nothing_to_do' } }]
    : []

/** Reopens one step. For a completed onboarding this starts the next run. */
export function reopenStep(facts: Facts, now: Instant, command: CommandOf<'reopen_step'>): Decision {
  const steps = reopened(facts, [command.step], now)
  if (!steps) return refuse(facts, now, 'step_blocked')
  if (steps.length === 0) return { unchanged: true }
  const completed = facts.instants.completed !== null
  const isFoundOut = steps.some(({ set }) => set.way === 'find_out')
  return {
    change: {
      event: { kind: 'step_reopened', key: command.requestId, data: { step: command.step } },
      steps,
      ...(isFoundOut && { software: 'unknown' }),
      ...(completed && { instants: { completed: null }, raiseRun: true }),
      act: true,
    },
  }
}

/** Marks a step done by hand; the evidence is kept beside it. Mapping is skipped if that step has no connection. */
export function completeStep(facts: Facts, now: Instant, command: CommandOf<'complete_step'>): Decision {
  const step = stepOf(facts, command.step)
  if (stateOf(step) === 'done') return { unchanged: true }
  if (stateOf(step) === 'skipped') return refuseClosed(facts, now, command.step)
  if (!isActionable(facts, command.step)) return refuse(facts, now, 'step_blocked')
  return {
    change: {
      event: { kind: 'step_done', key: command.requestId, data: { step: command.step } },
      steps: [
        { kind: command.step, set: { doneAt: now, phase: null, failedAt: null, reason: null } },
        ...(command.step !== 'mapping' && !step.isConnected ? nothingToMatch(facts, now) : []),
      ],
      ...(command.step !== 'mapping' && { sessions: command.step }),
      act: true,
    },
  }
}

export function handOver(facts: Facts, now: Instant, command: CommandOf<'hand_over'>): Decision {
  const step = stepOf(facts, command.step)
  const isByHand = step.way === 'by_hand' && command.owner === 'client'
  if (!OWNERS[command.step].includes(command.owner) || isByHand) return refuse(facts, now, 'owner_not_possible')
  if (step.owner === command.owner) return { unchanged: true }
  if (stateOf(step) !== 'open') return refuseClosed(facts, now, command.step)
  return {
    change: {
      event: { kind: 'step_handed_over', key: command.requestId, data: { step: command.step, owner: command.owner } },
      steps: [{ kind: command.step, set: { owner: command.owner, openedAt: now } }],
      act: true,
    },
  }
}

export function startSession(facts: Facts, now: Instant, command: CommandOf<'start_session'>): Decision {
  const step = stepOf(facts, command.step)
  if (stateOf(step) !== 'open') return refuseClosed(facts, now, command.step, true)
  return {
    change: {
      event: {
        kind: command.step === 'bank' ? 'bank_started' : 'books_started',
        key: command.sessionId,
        data: { provider: command.provider, institution: command.institution },
      },
      steps: atProvider(facts, now, command.step, {
        startedAt: now,
        phase: 'at_provider',
        failedAt: null,
        reason: null,
      }),
      ...(command.step === 'books' && { software: command.provider }),
      act: true,
    },
  }
}

export function awaitProvider(facts: Facts, now: Instant, command: CommandOf<'await_provider'>): Decision {
  const step = stepOf(facts, command.step)
  if (stateOf(step) !== 'open') return refuseClosed(facts, now, command.step, true)
  if (step.phase === command.phase) return { unchanged: true }
  // Choosing another organisation after a failed one starts a new try.
  const chooses = command.phase === 'choose_organisation'
  return {
    change: {
      event: {
        kind: command.step === 'bank' ? 'bank_waiting' : 'books_waiting',
        // A session may return to an earlier phase, so `seq` is part of the key.
        key: `${command.sessionId}:${command.phase}:${facts.seq + 1}`,
        data: { phase: command.phase },
      },
      steps: [{ kind: command.step, set: { phase: command.phase, ...(chooses && { failedAt: null, reason: null }) } }],
    },
  }
}

/** Records a session that ended without a connection. Changes nothing once the step or the onboarding has ended. */
export function failSession(facts: Facts, now: Instant, command: CommandOf<'fail_session'>): Decision {
  const step = stepOf(facts, command.step)
  if (isEnd(statusOf(facts.instants)) || stateOf(step) !== 'open') return { unchanged: true }
  return {
    change: {
      event: {
        kind: command.step === 'bank' ? 'bank_failed' : 'books_failed',
        key: command.sessionId,
        data: { provider: command.provider, family: command.reason },
      },
      steps: [{ kind: command.step, set: { phase: null, failedAt: now, reason: command.reason } }],
    },
  }
}

/**
 * Tells the client that the bank works again after it was down, and resumes reminders. The message replaces the
 * reminders missed meanwhile and those due within a day.
 */
export function bankBack(facts: Facts, now: Instant, command: CommandOf<'bank_back'>): Decision {
  const step = stepOf(facts, 'bank')
  if (statusAt(facts, now) !== 'accepted' || stateOf(step) !== 'open' || step.reason !== 'bank_down') {
    return { unchanged: true }
  }
  const set = { failedAt: null, reason: null }
  const asked = { ...facts, steps: facts.steps.map((one) => (one === step ? { ...one, ...set } : one)) }
  const series = seriesAt(asked, now).find(({ kind }) => kind === 'client')
  const passed = series?.reminders.filter(({ at }) => at < now + DAY_MS).at(-1)
  const [channel] = reachableChannels(facts)
  return {
    change: {
      event: { kind: 'bank_back', key: command.sessionId, data: {} },
      steps: [{ kind: 'bank', set }],
      ...(series && passed && { reminded: { kind: 'client' as const, series: series.key, n: passed.n } }),
      messages: channel ? [{ purpose: 'bank_back', channels: [channel] }] : [],
    },
  }
}

export function connect(facts: Facts, now: Instant, command: CommandOf<'connect'>): Decision {
  const step = stepOf(facts, command.step)
  if (stateOf(step) !== 'open') return refuseClosed(facts, now, command.step, true)
  const { isDenied = false } = command
  return {
    change: {
      event: {
        kind: command.step === 'bank' ? 'bank_connected' : 'books_connected',
        key: command.connectionId,
        data: {
          provider: command.provider,
          accounts: command.accounts,
          ...(command.isConfirmed && { confirmed: true }),
          ...(isDenied && { denied: true }),
        },
      },
      steps: atProvider(facts, now, command.step, {
        startedAt: step.startedAt ?? now,
        doneAt: isDenied ? null : now,
        phase: null,
        failedAt: isDenied ? now : null,
        reason: isDenied ? 'permission' : null,
        isConnected: true,
      }),
      ...(command.step === 'books' && { software: command.provider }),
      act: true,
      sessions: command.step,
      keepsSession: command.sessionId,
      messages: command.step === 'bank' ? [{ purpose: 'staff_bank_connected', channels: ['email'] }] : [],
    },
  }
}

/**
 * Records that sharing was stopped. In an open onboarding the step reopens as lost, with mapping; afterwards only the
 * connection ends. Mails the practice if the client did it.
 */
export function disconnect(facts: Facts, now: Instant, command: CommandOf<'disconnect'>): Decision {
  const steps = cameBack(facts, command.step, now)
  // A client who stopped sharing gets no reminders to share again.
  const reason = command.by === 'client' ? 'stopped' : null
  const lost = { phase: 'lost', failedAt: now, reason, isConnected: false } as const
  return {
    change: {
      event: { kind: 'disconnected', key: command.connectionId, data: { step: command.step, by: command.by } },
      steps: steps.map(({ kind, set }) => ({
        kind,
        set: kind === command.step ? { ...set, ...lost } : set,
      })),
      act: true,
      messages: command.by === 'client' ? [{ purpose: 'staff_told', channels: ['email'] }] : [],
    },
  }
}

/**
 * Records that a connection cannot be read any more. In an open onboarding its step comes back as lost, with mapping;
 * afterwards only the connection is lost.
 */
export function lose(facts: Facts, now: Instant, { connectionId, step, health }: CommandOf<'lose'>): Decision {
  const isLacking = health === 'permission'
  const lost = { phase: isLacking ? null : 'lost', failedAt: now, reason: isLacking ? 'permission' : null } as const
  return {
    change: {
      // It may work again and be lost again, so `seq` is part of the key.
      event: { kind: 'connection_lost', key: `${connectionId}:${facts.seq + 1}`, data: { step, health } },
      steps: cameBack(facts, step, now).map(({ kind, set }) => ({
        kind,
        set: kind === step ? { ...set, ...lost } : set,
      })),
    },
  }
}

/** Records that a lost connection works again. Its step is done again, and mapping if its accounts are still matched. */
export function recover(facts: Facts, now: Instant, { connectionId, step, isMapped }: CommandOf<'recover'>): Decision {
  const { phase, reason } = stepOf(facts, step)
  const isLost = stateOf(stepOf(facts, step)) === 'open' && (phase === 'lost' || reason === 'permission')
  const comesBack = isLost && !isEnd(statusOf(facts.instants))
  const matched = comesBack && isMapped && stateOf(stepOf(facts, 'mapping')) === 'open'
  return {
    change: {
      event: { kind: 'connection_recovered', key: `${connectionId}:${facts.seq + 1}`, data: { step } },
      steps: [
        ...(comesBack ? [{ kind: step, set: { doneAt: now, phase: null, failedAt: null, reason: null } }] : []),
        ...(matched ? [{ kind: 'mapping' as const, set: { doneAt: now } }] : []),
      ],
    },
  }
}

/** Returns the changes that open a step again whose connection ended; none once the onboarding has ended. */
function cameBack(facts: Facts, step: 'bank' | 'books', now: Instant): StepChange[] {
  const comesBack = !isEnd(statusOf(facts.instants)) && stateOf(stepOf(facts, step)) === 'done'
  return comesBack ? (reopened(facts, [step], now) ?? []) : []
}

/** Saves the mapping: each bank account has a ledger account or none. Refused before bank and books are done. */
export function map(facts: Facts, now: Instant, command: CommandOf<'map'>): Decision {
  if (stateOf(stepOf(facts, 'mapping')) === 'skipped') return refuseClosed(facts, now, 'mapping')
  if (stateOf(stepOf(facts, 'mapping')) === 'open' && !isActionable(facts, 'mapping')) {
    return refuse(facts, now, 'step_blocked')
  }
  return {
    change: {
      event: { kind: 'mapped', key: command.requestId, data: { matched: command.matched, none: command.none } },
      steps: [{ kind: 'mapping', set: { doneAt: now } }],
      act: true,
    },
  }
}
