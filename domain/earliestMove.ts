import type { Move } from './progress.ts'
import {
  EXPIRY_GRACE_MS,
  type Instant,
  type Instants,
  isReadyToComplete,
  type StepKind,
  statusOf,
  UNDO_MS,
} from './situation.ts'

/** What decides the next move: facts as instants and steps, with the next reminder worked out. */
export type Waits = {
  instants: Instants
  /** Required steps that are neither done nor skipped. */
  open: StepKind[]
  expiresAt: Instant | null
  giveUpAt: Instant | null
  settleAt: Instant | null
  nextTouch: { at: Instant; kind: 'client' | 'staff'; n: number } | null
}

/** Returns the earliest thing that is due, or null when nothing is until a fact comes in. The only place that says so. */
export function earliestMove(waits: Waits, now: Instant): Move | null {
  const { instants, expiresAt, giveUpAt, settleAt, nextTouch } = waits
  if (instants.cancelled !== null) {
    return instants.cleaned === null ? { what: 'cleanUp', at: instants.cancelled + UNDO_MS + 1 } : null
  }
  if (instants.completed !== null) return null
  if (instants.gaveUp !== null) return instants.cleaned === null ? { what: 'cleanUp', at: instants.gaveUp } : null
  if (instants.provisioned === null) return { what: 'createOrganisation', at: instants.created }

  // Before anything that is overdue: a reminder or a look at the bank would only say what is over.
  if (isReadyToComplete(instants, waits.open)) return { what: 'complete', at: now }
  const moves: Move[] = []
  if (settleAt !== null) moves.push({ what: 'settleBank', at: settleAt })
  if (statusOf(instants) === 'invited' && expiresAt !== null) {
    moves.push({ what: 'expire', at: expiresAt + EXPIRY_GRACE_MS })
  }
  if (nextTouch) moves.push({ what: 'touch', at: nextTouch.at, to: nextTouch.kind, n: nextTouch.n })
  if (giveUpAt !== null) moves.push({ what: 'giveUp', at: giveUpAt })
  return moves.sort((a, b) => a.at - b.at)[0] ?? null
}
