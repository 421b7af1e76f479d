import { zonedDate } from '../fields/days.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../situation.ts'

/** A point in time: a Date, or milliseconds since the epoch. */
export type Instant = Date | number

const moment = (at: Instant, zone: string) => zonedDate(Number(at), zone)

/** Returns the name of a zone in a sentence: `UK time`, `Dublin time`, `UTC`. */
export function zoneWords(zone: string): string {
  if (zone === 'Europe/London') return 'UK time'
  const city = zone.split('/').at(-1) as string
  return city === 'UTC' ? 'UTC' : `${city.replaceAll('_', ' ')} time`
}

/** `Tuesday 10 March 2026`. */
export function longDate(at: Instant, zone: string): string {
  const m = moment(at, zone)
  return `${m.weekday} ${m.day} ${m.month} ${m.year}`
}

/** `10 March 2026`: for a distant day. */
export function plainDate(at: Instant, zone: string): string {
  const m = moment(at, zone)
  return `${m.day} ${m.month} ${m.year}`
}

/** `Tuesday 10 March 2026 at 14:02 (UK time)`: for clients. */
export function clientInstant(at: Instant, zone: string): string {
  return `${longDate(at, zone)} at ${moment(at, zone).clock} (${zoneWords(zone)})`
}

/** `Tue 10 Mar 2026, 14:02`: the full form for staff, in their practice's zone. */
export function staffInstant(at: Instant, zone: string): string {
  const m = moment(at, zone)
  return `${m.weekday.slice(0, 3)} ${m.day} ${m.month.slice(0, 3)} ${m.year}, ${m.clock}`
}

/** `14:02 on Tue 10 Mar 2026`: for staff, within a sentence after "at". */
export function staffMoment(at: Instant, zone: string): string {
  const m = moment(at, zone)
  return `${m.clock} on ${m.weekday.slice(0, 3)} ${m.day} ${m.month.slice(0, 3)} ${m.year}`
}

/** `14:02`: for staff, within the day. */
export const staffClock = (at: Instant, zone: string): string => moment(at, zone).clock

/** `Tue 10 Mar`: a day. */
export function shortDay(at: Instant, zone: string): string {
  const m = moment(at, zone)
  return `${m.weekday.slice(0, 3)} ${m.day} ${m.month.slice(0, 3)}`
}

/** `Tue 10 Mar 14:02`: for texts, at most 16 characters. */
export function textInstant(at: Instant, zone: string): string {
  const m = moment(at, zone)
  return `${m.weekday.slice(0, 3)} ${m.day} ${m.month.slice(0, 3)} ${m.clock}`
}

/** `14:02 (UK time)`. */
export function clientClock(at: Instant, zone: string): string {
  return `${moment(at, zone).clock} (${zoneWords(zone)})`
}

/** Formats a past instant after "since": `09:40`, `yesterday 16:05`, `Tue 14:02` within a week, then `3 Mar`. */
export function sinceWords(at: Instant, now: Instant, zone: string): string {
  const m = moment(at, zone)
  const daysAgo = moment(now, zone).dayNumber - m.dayNumber
  if (daysAgo <= 0) return m.clock
  if (daysAgo === 1) return `yesterday ${m.clock}`
  if (daysAgo < 7) return `${m.weekday.slice(0, 3)} ${m.clock}`
  return `${m.day} ${m.month.slice(0, 3)}`
}

/** Formats the day of a coming instant: `today`, `tomorrow`, a weekday within six days, else `Tue 10 Mar`. */
export function dayWords(at: Instant, now: Instant, zone: string): string {
  const m = moment(at, zone)
  const daysAhead = m.dayNumber - moment(now, zone).dayNumber
  if (daysAhead <= 0) return 'today'
  if (daysAhead === 1) return 'tomorrow'
  if (daysAhead <= 6) return m.weekday
  return `${m.weekday.slice(0, 3)} ${m.day} ${m.month.slice(0, 3)}`
}

/** Formats a duration, rounded down: `under a minute`, `40 min`, `5 h 20 min`, `2 d 4 h`. */
export function durationWords(lengthMs: number): string {
  const days = Math.floor(lengthMs / DAY_MS)
  const hours = Math.floor((lengthMs % DAY_MS) / HOUR_MS)
  const minutes = Math.floor((lengthMs % HOUR_MS) / MINUTE_MS)
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  return minutes > 0 ? `${minutes} min` : 'under a minute'
}
