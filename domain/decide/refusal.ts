import type { Decision, RefusalCode, Verb } from '../commands.ts'
import { type Facts, type Instant, isActionable, stateOf, statusAt, stepOf, UNDO_MS } from '../situation.ts'
import { allowedAt } from './allowed.ts'

/** A refusal that says how things stand and what would be allowed instead. */
export function refuse(facts: Facts, now: Instant, code: RefusalCode, at: Instant | null = null): Decision {
  const status = statusAt(facts, now)
  const allowed = allowedAt(facts, now).filter((verb) => isPossible(facts, verb, now))
  return { refusal: { code, status, allowed, at } }
}

/** Whether there is anything left that an allowed verb could be about. */
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
      return bank === 'open' || books === 'open'
    case 'map':
      return mapping === 'done' || isActionable(facts, 'mapping')
    default:
      return true
  }
}
