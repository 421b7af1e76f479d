import { type Facts, type Instant, type Status, statusAt } from '../situation.ts'

/** The stages that lead to another stage, so that their length can be compared. */
export const PACED_STAGES = ['not_invited', 'invited', 'accepted'] as const satisfies readonly Status[]
export type PacedStage = (typeof PACED_STAGES)[number]

/** The usual length of a stage in a practice (the time within which nine of ten left it), and the practice's limit. */
export type Usual = { stage: PacedStage; usualMs: number | null; limitMs: number | null }

/** An overdue client: since when it is in its stage, and the length that it exceeds. */
export type Overdue = { since: Instant; over: 'usual' | 'limit'; ms: number }

/** Returns the start of the stage, equal to the database's column. */
function stageSince({ instants, reopenedAt }: Facts, stage: PacedStage): Instant | null {
  switch (stage) {
    case 'not_invited':
      return instants.provisioned
    case 'invited':
      return instants.invited
    case 'accepted':
      return instants.accepted === null ? null : Math.max(instants.accepted, reopenedAt ?? 0)
  }
}

/**
 * Returns by how long a client exceeds its stage's usual length or the practice's limit, whichever is shorter; null if
 * it does not, or if it is snoozed.
 */
export function overdueOf(facts: Facts, usual: Usual | null, now: Instant): Overdue | null {
  if (usual === null || statusAt(facts, now) !== usual.stage) return null
  if (facts.snoozedUntil !== null && facts.snoozedUntil > now) return null
  const since = stageSince(facts, usual.stage)
  const { usualMs, limitMs } = usual
  const isLimit = limitMs !== null && (usualMs === null || limitMs < usualMs)
  const ms = isLimit ? limitMs : usualMs
  if (since === null || ms === null || now - since <= ms) return null
  return { since, over: isLimit ? 'limit' : 'usual', ms }
}
