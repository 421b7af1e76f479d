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

/** The input of `earliestMove`: instants, open steps and deadlines, with the next reminder already computed. */
export type Waits = {
  instants: Instants
  /** Required steps that are neither done nor skipped. */
  open: StepKind[]
  expiresAt: Instant | null
  giveUpAt: Instant | null
  settleAt: Instant | null
  nextReminder: { at: Instant; kind: 'client' | 'staff'; n: number } | null
}

/** Returns the earliest move, or null if nothing is due until a fact arrives. No other code decides this. */
export function earliestMove(waits: Waits, now: Instant): Move | null {
  const { instants, expiresAt, giveUpAt, settleAt, nextReminder } = waits
  if (instants.cancelled !== null) {
    return instants.cleaned === null ? { what: 'cleanUp', at: instants.cancelled + UNDO_MS + 1 } : null
  }
  // One more bank may be on its way after completion.
  if (instants.completed !== null) return settleAt === null ? null : { what: 'settleBank', at: settleAt }
  if (instants.gaveUp !== null) return instants.cleaned === null ? { what: 'cleanUp', at: instants.gaveUp } : null
  if (instants.provisioned === null) return { what: 'createOrganisation', at: instants.created }

  // Completing goes before overdue moves: a reminder or a poll of the bank would be out of date.
  if (isReadyToComplete(instants, waits.open)) return { what: 'complete', at: now }
  const moves: Move[] = []
  if (settleAt !== null) moves.push({ what: 'settleBank', at: settleAt })
  if (statusOf(instants) === 'invited' && expiresAt !== null) {
    moves.push({ what: 'expire', at: expiresAt + EXPIRY_GRACE_MS })
  }
  if (nextReminder) moves.push({ what: 'touch', at: nextReminder.at, to: nextReminder.kind, n: nextReminder.n })
  if (giveUpAt !== null) moves.push({ what: 'giveUp', at: giveUpAt })
  return moves.sort((a, b) => a.at - b.at)[0] ?? null
}
