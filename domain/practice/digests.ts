import { startOfDay, wallClock } from '../fields/days.ts'
import { DAY_MS, HOUR_MS, type Instant } from '../situation.ts'

/** The day of a digest in a zone: `from` and `to` its first and last instant, `since` the beginning of what it looks back on. */
export type DigestDay = { day: string; since: Instant; from: Instant; to: Instant; at: Instant }

const AT_HOUR = 8
const MONDAY = 1
const FRIDAY = 5

/**
 * The digest that is due in a zone: from eight on Monday to Friday, looking back on the day before, on Mondays to Friday.
 * Null at other times. Throws a RangeError for a zone that does not exist.
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
