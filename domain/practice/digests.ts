import { startOfDay, wallClock } from '../fields/days.ts'
import { DAY_MS, HOUR_MS, type Instant } from '../situation.ts'

/** One day's digest. `from` and `to` bound the day; `since` starts the period it reports; `at` is eight o'clock. */
export type DigestDay = { day: string; since: Instant; from: Instant; to: Instant; at: Instant }

const AT_HOUR = 8
const MONDAY = 1
const FRIDAY = 5

/**
 * Returns the digest that is due in a zone: Monday to Friday from eight, about the day before, on Mondays since Friday.
 * Null at other times. Throws a RangeError for an unknown zone.
 */
export function digestDayOf(now: Instant, timeZone: string): DigestDay | null {
  const clock = wallClock(now, timeZone)
  const midnight = Math.floor(clock / DAY_MS) * DAY_MS
  const weekday = new Date(midnight).getUTCDay()
  if (weekday < MONDAY || weekday > FRIDAY || clock < midnight + AT_HOUR * HOUR_MS) return null
  const back = weekday === MONDAY ? 3 : 1
  return {
    day: new Date(midnight).toISOString().slice(0, 10),
    since: startOfDay(midnight - back * DAY_MS, timeZone),
    from: startOfDay(midnight, timeZone),
    to: startOfDay(midnight + DAY_MS, timeZone),
    at: now - (clock - midnight - AT_HOUR * HOUR_MS),
  }
}
