import type { Span } from '../domain/metrics/cohorts.ts'
import type { Outcome } from '../domain/metrics/outcomes.ts'
import type { Tx } from './client.ts'
import type { Fragment } from './list/conditions.ts'

/** The clients behind a figure of the conversion report. A null filters nothing; cohorts go by their first days. */
export type InvitedCohort = {
  by: Span
  first: string | null
  last: string | null
  within: number | null
  outcome: Outcome | null
}

/**
 * Returns the answer to the invitation of the row `c` of conversion as of an instant, as `OUTCOMES` defines it. A link
 * that has ended since counts as expired before that is recorded, as lists read it.
 */
export const outcomeOf = (tx: Tx, at: Fragment): Fragment => tx`coalesce(c.answer, CASE WHEN c.onboarding_id IN (
  SELECT id FROM onboarding WHERE turns_at <= ${at} AND turns_blocked_by = 'expired') THEN 'expired' ELSE 'open' END)`

/** Returns the condition that the onboarding `o` is counted: in the practice's zone, no rehearsals. */
export function isInCohort(tx: Tx, { by, first, last, within, outcome }: InvitedCohort): Fragment {
  const midnight = (day: string | null, ahead: number) =>
    tx`((${day}::date + ${`${ahead} ${by}`}::interval) AT TIME ZONE (SELECT time_zone FROM practice))`
  return tx`o.clock_offset_ms = 0 AND o.id IN (SELECT c.onboarding_id FROM conversion c WHERE NOT c.skipped
    ${first === null ? tx`` : tx`AND c.invited_at >= ${midnight(first, 0)} AND c.invited_at < ${midnight(last ?? first, 1)}`}
    ${within === null ? tx`` : tx`AND c.hours <= ${within * 24}`}
    ${outcome === null ? tx`` : tx`AND ${outcomeOf(tx, tx`now()`)} = ${outcome}`})`
}
