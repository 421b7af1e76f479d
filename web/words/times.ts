import { MONTHS, WEEKDAYS, zonedDate } from '../../domain/fields/days.ts'
import { zoneWords } from '../../domain/words/dates.ts'

/** Times as the app writes them: short on screen, in full in the tooltip. Instants in ms, in the given zone. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The short words of an instant in a zone. */
function partsOf(at: number, zone: string) {
  const { weekday, day, month, year, clock, dayNumber } = zonedDate(at, zone)
  return { weekday: weekday.slice(0, 3), date: `${day} ${month.slice(0, 3)}`, year, clock, days: dayNumber }
}

/** Returns the number of calendar days from one instant to another, in a zone. */
const daysBetween = (from: number, to: number, zone: string): number =>
  partsOf(to, zone).days - partsOf(from, zone).days

/** Returns the date alone: `9 Mar`, with the year if it is not the current one. */
export const dateOf = (at: number, now: number, zone: string): string => {
  const [then, today] = [partsOf(at, zone), partsOf(now, zone)]
  return then.year === today.year ? then.date : `${then.date} ${then.year}`
}

/** Returns `just now` · `12 min ago` · `09:12` · `yesterday 16:05` · `Tue 14:02` · `3 Mar` · `3 Mar 2025`. */
export function pastOf(at: number, now: number, zone: string): string {
  const ago = now - at
  const { weekday, clock } = partsOf(at, zone)
  const days = daysBetween(at, now, zone)
  if (ago < MINUTE) return 'just now'
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`
  if (days === 0) return clock
  if (days === 1) return `yesterday ${clock}`
  if (days < 7) return `${weekday} ${clock}`
  return dateOf(at, now, zone)
}

/** Returns a start for words like `since Tue`: `09:12` today · `yesterday` · `Tue` · `3 Mar` · `3 Mar 2025`. */
export function sinceOf(at: number, now: number, zone: string): string {
  const days = daysBetween(at, now, zone)
  if (days <= 0) return partsOf(at, zone).clock
  if (days === 1) return 'yesterday'
  return days < 7 ? partsOf(at, zone).weekday : dateOf(at, now, zone)
}

const inSeconds = (seconds: number): string => `in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`

/** Returns `in 42 seconds` · `in 40 min` · `today 18:00` · `tomorrow 10:00` · `Thu 10:00` · `9 Mar`. */
export function futureOf(at: number, now: number, zone: string): string {
  const { weekday, clock } = partsOf(at, zone)
  const days = daysBetween(now, at, zone)
  if (at - now < 2 * MINUTE) return inSeconds(Math.max(1, Math.ceil((at - now) / SECOND)))
  if (at - now < HOUR) return `in ${Math.ceil((at - now) / MINUTE)} min`
  if (days === 0) return `today ${clock}`
  if (days === 1) return `tomorrow ${clock}`
  return days < 6 ? `${weekday} ${clock}` : dateOf(at, now, zone)
}

/** Returns the time of day: `09:40`. */
export const clockOf = (at: number, zone: string): string => partsOf(at, zone).clock

/** Returns a day as a heading: `Tue 3 Mar`, with the year if it is not the current one. */
export function dayOf(at: number, now: number, zone: string): string {
  return `${partsOf(at, zone).weekday} ${dateOf(at, now, zone)}`
}

/** Returns an end, always with its time: `Tue 10 Mar 14:02`. */
export function endOf(at: number, zone: string): string {
  const { weekday, date, clock } = partsOf(at, zone)
  return `${weekday} ${date} ${clock}`
}

/** Returns the time zone of the reader's device. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Returns the full time: `Tue 10 Mar 2026, 14:02`, with the zone's name if the reader's zone differs. */
export function fullOf(at: number, zone: string): string {
  const { weekday, date, year, clock } = partsOf(at, zone)
  const name = ownZone() === zone ? '' : ` (${zoneWords(zone)})`
  return `${weekday} ${date} ${year}, ${clock}${name}`
}

/** Returns an age, rounded down: empty under a minute · `40 min` · `5 h` · `2 d` · `4 mo`. */
export function ageOf(at: number, now: number): string {
  const age = Math.max(0, now - at)
  if (age < MINUTE) return ''
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`
  if (age < 48 * HOUR) return `${Math.floor(age / HOUR)} h`
  if (age < 100 * DAY) return `${Math.floor(age / DAY)} d`
  return `${Math.floor(age / (30.44 * DAY))} mo`
}

const SPOKEN = [...WEEKDAYS, ...MONTHS]

/** Returns a time for screen readers: `Tue 10 Mar 14:02` as `Tuesday 10 March 14:02`. */
export const spokenOf = (time: string): string =>
  time.replace(/\b[A-Z][a-z]{2}\b/g, (short) => SPOKEN.find((word) => word.startsWith(short)) ?? short)
