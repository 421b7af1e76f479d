import type { Decision, RefusalCode } from '../commands.ts'
import { type Facts, type Instant, statusAt, UNDO_MS } from '../situation.ts'
import { ALLOWED } from './allowed.ts'

/** A refusal that says how things stand and what would be allowed instead. */
export function refuse(facts: Facts, now: Instant, code: RefusalCode, at: Instant | null = null): Decision {
  const status = statusAt(facts, now)
  const { cancelled, cleaned, accepted } = facts.instants
  const undoable = cancelled !== null && cleaned === null && now <= cancelled + UNDO_MS
  const allowed = ALLOWED[status].filter((verb) => {
    if (status === 'cancelled') return verb === (undoable ? 'undo_cancel' : 'reopen')
    if (status === 'completed' && verb === 'invite') return accepted === null
    return true
  })
  return { refusal: { code, status, allowed, at } }
}
