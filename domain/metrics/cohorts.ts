import { startOfDay, wallClock } from '../fields/days.ts'
import { DAY_MS, type Instant } from '../situation.ts'
import { wilson } from './wilson.ts'

/** Within how many days of the first invitation the bank was connected. */
export const HORIZON_DAYS = [7, 14, 30] as const
export type HorizonDays = (typeof HORIZON_DAYS)[number]

/** A week from Monday in the practice's zone; `to` is the next Monday's first instant. `week` is the Monday's date. */
export type Week = { week: string; from: Instant; to: Instant }

/** Of the cases invited in a week: those old enough for a horizon, and of these the ones connected within it. */
export type CohortCounts = { n: number; horizons: Record<HorizonDays, { eligible: number; converted: number }> }

/**
 * Conversion within one horizon. `eligible` of the cohort's n had that many days yet, `converted` of those connected
 * within them. Rate and interval are given for mature cohorts only: younger ones would mix cases of different age.
 */
export type Horizon = {
  days: HorizonDays
  mature: boolean
  eligible: number
  converted: number
  rate: number | null
  interval: { low: number; high: number } | null
}

export type CohortRow = Week & { n: number; horizons: Horizon[] }

/** The Monday of the week that holds `at`, as midnight if the zone were UTC. */
function mondayOf(at: Instant, timeZone: string): number {
  const day = Math.floor(wallClock(at, timeZone) / DAY_MS) * DAY_MS
  return day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS
}

/** Every week from the one that holds `first` to the one that holds `last`, in order. */
export function weeksBetween(first: Instant, last: Instant, timeZone: string): Week[] {
  const weeks: Week[] = []
  for (let day = mondayOf(first, timeZone); ; day += 7 * DAY_MS) {
    const from = startOfDay(day, timeZone)
    if (from > last) return weeks
    weeks.push({ week: new Date(day).toISOString().slice(0, 10), from, to: startOfDay(day + 7 * DAY_MS, timeZone) })
  }
}

/** A cohort is mature for a horizon once its last day and as many days more have passed. */
export function isMature(week: Week, days: number, now: Instant): boolean {
  return now >= week.to + days * DAY_MS
}

/** The row of a week's cohort, as it stands at `now`. */
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
  return { ...week, n: counts.n, horizons }
}
