import { DAY_MS, type Instant } from '../situation.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

/** Returns the zone's clock time as the instant with that time in UTC. Throws a RangeError for an unknown zone. */
export function wallClock(at: Instant, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  formats.set(timeZone, format)
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** Returns the instant at which a clock in the zone shows `wall`, which is an instant as `wallClock` returns it. */
export function instantAt(wall: number, timeZone: string): Instant {
  // The second calculation corrects for a clock change between the guess and the result.
  const guess = wall - (wallClock(wall, timeZone) - wall)
  return wall - (wallClock(guess, timeZone) - guess)
}

/** An instant in a zone. `date`: `2026-03-10`; `clock`: `14:02`; `dayNumber`: days since the epoch. */
export type ZonedDate = {
  date: string
  year: number
  month: string
  day: number
  weekday: string
  clock: string
  dayNumber: number
}

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'],
  'December',
]

/** The size of the cache. A page formats the same instants repeatedly, and formatting one is slow. */
const MOST_KEPT = 2_000
const kept = new Map<string, ZonedDate>()

/** Returns the calendar date and clock of an instant in a zone. Throws a RangeError for an unknown zone. */
export function zonedDate(at: Instant, timeZone: string): ZonedDate {
  const key = `${at} ${timeZone}`
  const known = kept.get(key)
  if (known) return known
  const wall = new Date(wallClock(at, timeZone))
  const shown = wall.toISOString()
  const zoned = {
    date: shown.slice(0, 10),
    year: wall.getUTCFullYear(),
    // Own month names, because en-GB abbreviates September to four letters.
    month: MONTHS[wall.getUTCMonth()] as string,
    day: wall.getUTCDate(),
    weekday: WEEKDAYS[wall.getUTCDay()] as string,
    clock: shown.slice(11, 16),
    dayNumber: Math.floor(wall.getTime() / DAY_MS),
  }
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(key, zoned)
  return zoned
}
