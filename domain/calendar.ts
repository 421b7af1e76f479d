import { Temporal } from 'temporal-polyfill'
import { BANK_HOLIDAYS } from './bankHolidays.ts'
import { DAY_MS, type Instant } from './situation.ts'

/** The stretches of time, by zone, within which its clock is known not to change: most additions stay in one. */
const steady = new Map<string, { from: Instant; until: Instant }[]>()

const zoned = (at: Instant, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)

/** Returns the next clock change of a zone after `at`; Infinity if none is known. */
function nextChange(at: Instant, timeZone: string): Instant {
  const stretches = steady.get(timeZone) ?? []
  const known = stretches.find(({ from, until }) => from <= at && at < until)
  if (known) return known.until
  const until = zoned(at, timeZone).getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY
  const begun = stretches.find((stretch) => stretch.until === until)
  if (begun) begun.from = at
  else steady.set(timeZone, [...stretches, { from: at, until }])
  return until
}

/**
 * Returns the instant so many days later at the same hour in the zone, whatever its clocks do in between. Throws a
 * RangeError for an unknown zone.
 */
export function addDays(at: Instant, days: number, timeZone: string): Instant {
  const exact = at + days * DAY_MS
  return exact < nextChange(at, timeZone) ? exact : zoned(at, timeZone).add({ days }).epochMilliseconds
}

/** Returns the first instant of the day in the zone that is so many days after that of `at`. */
export const startOfDay = (at: Instant, timeZone: string, days = 0): Instant =>
  zoned(at, timeZone).toPlainDate().add({ days }).toZonedDateTime(timeZone).epochMilliseconds

/** Returns the instant of an hour on the day in the zone that is so many days after that of `at`. */
export const hourOfDay = (at: Instant, timeZone: string, days: number, hour: number): Instant =>
  zoned(at, timeZone).toPlainDate().add({ days }).toZonedDateTime({ timeZone, plainTime: { hour } }).epochMilliseconds

/** Returns the first instant of the week, from Monday, or month of `at` in the zone; of the one `ahead` of it. */
export function startOf(span: 'week' | 'month', at: Instant, timeZone: string, ahead = 0): Instant {
  const day = zoned(at, timeZone).toPlainDate()
  const first = span === 'week' ? day.subtract({ days: day.dayOfWeek - 1 }) : day.with({ day: 1 })
  return first.add({ [`${span}s`]: ahead }).toZonedDateTime(timeZone).epochMilliseconds
}

/** Returns the last millisecond of a date (`2026-03-29`) in the zone. */
export const endOfDay = (date: string, timeZone: string): Instant =>
  Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds - 1

const FRIDAY = 5

/** Returns true for a date (`2026-12-28`) from Monday to Friday that is no bank holiday of one of the UK's lists. */
export function isWorkingDay(date: string, list: keyof typeof BANK_HOLIDAYS): boolean {
  return Temporal.PlainDate.from(date).dayOfWeek <= FRIDAY && !BANK_HOLIDAYS[list].some((holiday) => holiday === date)
}
