import type { Decision } from '../changes.ts'
import type { Because, RefusalCode, Verb } from '../refusals.ts'
import {
  type Facts,
  type Instant,
  isActionable,
  type StepKind,
  stateOf,
  statusAt,
  stepOf,
  UNDO_MS,
} from '../situation.ts'
import { allowedAt } from './allowed.ts'

/** Returns a refusal with the present status and the verbs that are allowed instead. */
export function refuse(facts: Facts, now: Instant, code: RefusalCode, at: Instant | null = null): Decision {
  return refusalOf(facts, now, code, at, facts.erased ? 'erased' : null)
}

/** Refuses a command that the status allows, because of another fact. */
export function refuseBecause(
  facts: Facts,
  now: Instant,
  because: Because,
  code: RefusalCode = 'not_allowed',
): Decision {
  return refusalOf(facts, now, code, null, because)
}

/** Refuses a command whose step is no longer open. */
export function refuseClosed(facts: Facts, now: Instant, kind: StepKind, connects = false): Decision {
  const state = stateOf(stepOf(facts, kind)) === 'done' ? 'done' : 'skipped'
  return refuseBecause(
    facts,
    now,
    { step: kind, state },
    connects && state === 'done' ? 'already_connected' : 'not_allowed',
  )
}

function refusalOf(
  facts: Facts,
  now: Instant,
  code: RefusalCode,
  at: Instant | null,
  because: Because | null,
): Decision {
  const allowed = allowedAt(facts, now).filter((verb) => isPossible(facts, verb, now))
  return { refusal: { code, status: statusAt(facts, now), allowed, at, because } }
}

/** Returns true if the onboarding has something that an allowed verb can apply to. */
export function isPossible(facts: Facts, verb: Verb, now: Instant): boolean {
  const { cancelled, cleaned, completed, accepted } = facts.instants
  const undoable = cancelled !== null && cleaned === null && now <= cancelled + UNDO_MS
  const [bank, books, mapping] = (['bank', 'books', 'mapping'] as const).map((kind) => stateOf(stepOf(facts, kind)))
  switch (verb) {
    case 'undo_cancel':
      return undoable
    case 'reopen':
      return !undoable
    case 'invite':
      return completed === null || accepted === null
    case 'resume':
      return facts.snoozedUntil !== null && facts.snoozedUntil > now
    case 'skip_step':
      return bank === 'open' || books === 'open' || mapping === 'open'
    case 'complete_step':
      return facts.steps.some((step) => isActionable(facts, step.kind))
    case 'reopen_step':
      return bank !== 'open' || books !== 'open' || mapping !== 'open'
    case 'hand_over':
      return books === 'open'
    case 'connect':
      return bank !== 'skipped' || books === 'open'
    case 'map':
      return mapping === 'done' || isActionable(facts, 'mapping')
    case 'link':
    case 'accept':
    case 'decline':
    case 'cancel':
    case 'extend':
    case 'snooze':
      return true
  }
}
