import { DAY_MS, type Instant } from '../situation.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

/** What a clock in the zone shows, as an instant if the zone were UTC. Throws a RangeError for a zone that does not exist. */
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
  // The second look corrects for a change of the clocks between the first guess and the instant.
  const guess = wall - (wallClock(wall, timeZone) - wall)
  return wall - (wallClock(guess, timeZone) - guess)
}

/** The first instant of a day in a zone; `day` is its midnight as if the zone were UTC. */
export function startOfDay(day: number, timeZone: string): Instant {
  const start = instantAt(day, timeZone)
  // Where midnight is skipped the day begins at the change.
  return wallClock(start, timeZone) < day ? start + (day - wallClock(start, timeZone)) : start
}

/** An instant as a zone's calendar and clocks show it. `date`: `2026-03-10`; `clock`: `14:02`; `dayNumber` counts days. */
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

/** A page shows the same instants again and again, and reading one is slow: so many are kept. */
const MOST_KEPT = 2_000
const kept = new Map<string, ZonedDate>()

/** Reads an instant in a zone. Throws a RangeError for a zone that does not exist. */
export function zonedDate(at: Instant, timeZone: string): ZonedDate {
  const key = `${at} ${timeZone}`
  const known = kept.get(key)
  if (known) return known
  const wall = new Date(wallClock(at, timeZone))
  const shown = wall.toISOString()
  const zoned = {
    date: shown.slice(0, 10),
    year: wall.getUTCFullYear(),
    // Names of our own: en-GB abbreviates September to four letters.
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
