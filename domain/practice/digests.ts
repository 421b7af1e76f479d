import { hourOfDay, startOfDay } from '../calendar.ts'
import { zonedDate } from '../fields/days.ts'
import type { Instant } from '../situation.ts'

/** One day's digest. `from` and `to` bound the day; `since` starts the period it reports; `at` is eight o'clock. */
export type DigestDay = { day: string; since: Instant; from: Instant; to: Instant; at: Instant }

const AT_HOUR = 8

/**
 * Returns the digest that is due in a zone: Monday to Friday from eight, about the day before, on Mondays since Friday.
 * Null at other times. Throws a RangeError for an unknown zone.
 */
export function digestDayOf(now: Instant, timeZone: string): DigestDay | null {
  const { date, weekday } = zonedDate(now, timeZone)
  const at = hourOfDay(now, timeZone, 0, AT_HOUR)
  if (weekday === 'Saturday' || weekday === 'Sunday' || now < at) return null
  return {
    day: date,
    since: startOfDay(now, timeZone, weekday === 'Monday' ? -3 : -1),
    from: startOfDay(now, timeZone),
    to: startOfDay(now, timeZone, 1),
    at,
  }
}
