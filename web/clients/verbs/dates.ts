import { instantAt, zonedDate } from '../../../domain/fields/days.ts'
import { DAY_MS } from '../../../domain/situation.ts'

/** The latest date that may be set, in days from now. */
const FURTHEST = 60

/** Returns the calendar day of an instant (ms) in a zone, as `2026-03-10`. */
const dayIn = (zone: string, at: number): string => zonedDate(at, zone).date

/** Returns the first and last day that may be chosen, and the proposed one, `days` from now. */
export const daysAhead = (zone: string, days: number) => ({
  first: dayIn(zone, Date.now() + DAY_MS),
  proposed: dayIn(zone, Date.now() + days * DAY_MS),
  // The last whole day that the API accepts.
  last: dayIn(zone, Date.now() + (FURTHEST - 1) * DAY_MS),
})

/** Returns the last minute of a day in a zone, as an ISO instant: the end of everything that ends on a day. */
export const endOf = (day: string, zone: string): string => instantOf(day, '23:59', zone)

/** Returns the instant (ISO) of a wall-clock time on a day in a zone. */
export const instantOf = (day: string, time: string, zone: string): string =>
  new Date(instantAt(Date.parse(`${day}T${time}:00Z`), zone)).toISOString()
