import { startOf } from '../calendar.ts'
import { zonedDate } from '../fields/days.ts'
import { DAY_MS, type Instant } from '../situation.ts'
import type { Outcome } from './outcomes.ts'
import { wilson } from './wilson.ts'

/** The horizons of conversion: days from the first invitation to the connected bank. */
export const HORIZON_DAYS = [7, 14, 30] as const
export type HorizonDays = (typeof HORIZON_DAYS)[number]

/** The spans by which clients are grouped. */
export const SPANS = ['week', 'month'] as const
export type Span = (typeof SPANS)[number]

/** A week from Monday, or a month, in the practice's zone. `to` starts the next. */
export type Cohort = { firstDay: string; from: Instant; to: Instant }

/** The clients invited in a cohort's span. `eligible`: old enough for a horizon; `converted`: of these, connected within it. */
export type CohortCounts = {
  n: number
  outcomes: Record<Outcome, number>
  horizons: Record<HorizonDays, { eligible: number; converted: number }>
}

/**
 * Conversion within one horizon. `eligible` of the cohort's n are that many days old; `converted` of those connected
 * within them. Rate and interval are null for cohorts that are not mature, because those mix clients of different ages.
 */
export type Horizon = {
  days: HorizonDays
  mature: boolean
  eligible: number
  converted: number
  rate: number | null
  interval: { low: number; high: number } | null
}

export type CohortRow = Cohort & Pick<CohortCounts, 'n' | 'outcomes'> & { horizons: Horizon[] }

/** Returns every cohort from that of `first` to that of `last`, in order. */
export function cohortsBetween(first: Instant, last: Instant, timeZone: string, by: Span = 'week'): Cohort[] {
  const cohorts: Cohort[] = []
  let from = startOf(by, first, timeZone)
  while (from <= last) {
    const to = startOf(by, from, timeZone, 1)
    cohorts.push({ firstDay: zonedDate(from, timeZone).date, from, to })
    from = to
  }
  return cohorts
}

/** Returns true if so many days have passed since the end of the cohort. */
export function isMature({ to }: Cohort, days: number, now: Instant): boolean {
  return now >= to + days * DAY_MS
}

/** Returns the row of a cohort as of `now`. */
export function cohortRow(cohort: Cohort, counts: CohortCounts, now: Instant): CohortRow {
  const horizons = HORIZON_DAYS.map((days): Horizon => {
    const { eligible, converted } = counts.horizons[days]
    const mature = isMature(cohort, days, now)
    return {
      days,
      mature,
      eligible,
      converted,
      rate: mature && eligible > 0 ? converted / eligible : null,
      interval: mature ? wilson(converted, eligible) : null,
    }
  })
  return { ...cohort, n: counts.n, outcomes: counts.outcomes, horizons }
}
