import { startOfDay } from '../calendar.ts'
import { zonedDate } from '../fields/days.ts'
import { DAY_MS, type Instant } from '../situation.ts'
import type { Outcome } from './outcomes.ts'
import { wilson } from './wilson.ts'

/** The horizons of conversion: days from the first invitation to the connected bank. */
export const HORIZON_DAYS = [7, 14, 30] as const
export type HorizonDays = (typeof HORIZON_DAYS)[number]

/** A week from Monday in the practice's zone. `week` is the Monday's date; `to` starts the next Monday. */
export type Week = { week: string; from: Instant; to: Instant }

/** The clients invited in a week. `eligible`: old enough for a horizon; `converted`: of these, connected within it. */
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

export type CohortRow = Week & Pick<CohortCounts, 'n' | 'outcomes'> & { horizons: Horizon[] }

/** Returns every week from that of `first` to that of `last`, in order. */
export function weeksBetween(first: Instant, last: Instant, timeZone: string): Week[] {
  const weeks: Week[] = []
  // Day 0 of the epoch was a Thursday.
  const sinceMonday = (zonedDate(first, timeZone).dayNumber + 3) % 7
  let from = startOfDay(first, timeZone, -sinceMonday)
  while (from <= last) {
    const to = startOfDay(from, timeZone, 7)
    weeks.push({ week: zonedDate(from, timeZone).date, from, to })
    from = to
  }
  return weeks
}

/** Returns true if so many days have passed since the end of the cohort's week. */
export function isMature(week: Week, days: number, now: Instant): boolean {
  return now >= week.to + days * DAY_MS
}

/** Returns the row of a week's cohort as of `now`. */
export function cohortRow(week: Week, counts: CohortCounts, now: Instant): CohortRow {
  const horizons = HORIZON_DAYS.map((days): Horizon => {
    const { eligible, converted } = counts.horizons[days]
    const mature = isMature(week, days, now)
    return {
      days,
      mature,
      eligible,
      converted,
      rate: mature && eligible > 0 ? converted / eligible : null,
      interval: mature ? wilson(converted, eligible) : null,
    }
  })
  return { ...week, n: counts.n, outcomes: counts.outcomes, horizons }
}
