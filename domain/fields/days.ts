import type { Instant } from '../situation.ts'

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

/** The first instant of a day in a zone; `day` is its midnight as if the zone were UTC. */
export function startOfDay(day: number, timeZone: string): Instant {
  // The second look corrects for a change of the clocks between the first guess and the day itself.
  const guess = day - (wallClock(day, timeZone) - day)
  const start = day - (wallClock(guess, timeZone) - guess)
  // Where midnight is skipped the day begins at the change.
  return wallClock(start, timeZone) < day ? start + (day - wallClock(start, timeZone)) : start
}
