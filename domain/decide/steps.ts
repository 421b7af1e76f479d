import type { Change, Decision } from '../changes.ts'
import type { CommandOf } from '../commands.ts'
import { droppedAsks } from '../connections/bankAsks.ts'
import {
  type Facts,
  type Instant,
  isActionable,
  isEnd,
  type Step,
  type StepKind,
  stateOf,
  statusOf,
  stepOf,
  type Way,
} from '../situation.ts'
import { refuse, refuseBecause, refuseClosed } from './refusal.ts'

export type StepChange = NonNullable<Change['steps']>[number]

/** Returns the step changes that go with the end of all sessions: no step stays at a provider. */
export function withoutSessions(facts: Facts): StepChange[] {
  return facts.steps
    .filter(({ phase }) => phase !== null && phase !== 'lost' && phase !== 'more_banks')
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
  saidAllAt: null,
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
  // A client who shares a bank is asked for more of them, not for a first one.
  const bank = stepOf(facts, 'bank')
  const asksAgain = facts.policy.bankDoneWhen === 'client_says' && stateOf(bank) === 'done' && bank.isConnected === true
  const all: StepKind[] = comesBack && !closed.includes('mapping') ? [...closed, 'mapping'] : closed
  return all.map((kind) => ({
    kind,
    // Reopening the books of a client without software means that there may be some.
    set: {
      ...CLEARED,
      openedAt: now,
      ...(kind === 'books' && way === 'none' && { way: 'find_out' as const }),
      ...(kind === 'bank' && asksAgain && { phase: 'more_banks' as const }),
    },
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

export function skipStep(facts: Facts, now: Instant, command: CommandOf<'skip_step'>): Decision {
  const step = stepOf(facts, command.step)
  if (stateOf(step) === 'skipped') return { unchanged: true }
  if (stateOf(step) === 'done') return refuseClosed(facts, now, command.step)
  // Reports would leave out a client who shares a bank.
  if (step.phase === 'more_banks') {
    return refuseBecause(facts, now, { step: 'bank', state: 'done' }, 'already_connected')
  }
  const steps: StepChange[] = [
    {
      kind: command.step,
      set: { skippedAt: now, skippedBecause: command.reason, phase: null, failedAt: null, reason: null },
    },
  ]
  if (command.step !== 'mapping') steps.push(...nothingToMatch(facts, now))
  const bankAsks = command.step === 'bank' ? droppedAsks(facts, now) : undefined
  return {
    change: {
      event: { kind: 'step_skipped', key: command.requestId, data: { step: command.step, reason: command.reason } },
      steps,
      ...(bankAsks && { bankAsks }),
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
        {
          kind: command.step,
          set: {
            doneAt: now,
            phase: null,
            failedAt: null,
            reason: null,
            ...(step.phase === 'more_banks' && { saidAllAt: now }),
          },
        },
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

/** Saves the mapping: each bank account has a ledger account or none. Refused before bank and books are done. */
export function map(facts: Facts, now: Instant, command: CommandOf<'map'>): Decision {
  if (stateOf(stepOf(facts, 'mapping')) === 'skipped') return refuseClosed(facts, now, 'mapping')
  if (stateOf(stepOf(facts, 'mapping')) === 'open' && !isActionable(facts, 'mapping')) {
    return refuse(facts, now, 'step_blocked')
  }
  return {
    change: {
      event: { kind: 'mapped', key: command.requestId, data: { matched: command.matched, none: command.none } },
      ...(stateOf(stepOf(facts, 'mapping')) === 'open' && { steps: [{ kind: 'mapping', set: { doneAt: now } }] }),
      act: true,
    },
  }
}
