import { type Facts, type Instant, type Status, statusAt } from '../situation.ts'

/** The stages that others go on from, and whose length is therefore compared. */
export const PACED_STAGES = ['not_invited', 'invited', 'accepted'] as const satisfies readonly Status[]
export type PacedStage = (typeof PACED_STAGES)[number]

/** How long a stage usually takes in a practice (nine in ten went on within it), and how long it may there. */
export type Usual = { stage: PacedStage; usualMs: number | null; limitMs: number | null }

/** It takes longer than usual: since when it stands there, and what is exceeded. */
export type Overdue = { since: Instant; over: 'usual' | 'limit'; ms: number }

/** Since when the client stands in its stage, as the database's column says. */
function stageSince({ instants }: Facts, stage: PacedStage): Instant | null {
  switch (stage) {
    case 'not_invited':
      return instants.provisioned
    case 'invited':
      return instants.invited
    case 'accepted':
      return instants.accepted
  }
}

/**
 * Whether a client stands in its stage for longer than the practice allows or than is usual there; of the two, what is
 * shorter. Null also for one that is snoozed: somebody decided to wait.
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
