/** Times as the app writes them: short on screen, in full in the tooltip. Instants in ms, in the given zone. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options)
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options })
  formats.set(key, made)
  return made
}

type Parts = { weekday: string; day: string; month: string; year: string; clock: string; date: string; days: number }

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The size of the cache of split instants: a page shows the same ones again and again, and splitting is slow. */
const MOST_KEPT = 2_000
const kept = new Map<string, Parts>()

/** Returns the parts of an instant in a zone; `days` is the number of its calendar day. */
function partsOf(at: number, zone: string): Parts {
  const key = `${at} ${zone}`
  const known = kept.get(key)
  if (known) return known
  const options = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  } as const
  const found = format(zone, { ...options, hourCycle: 'h23' }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) => found.find((one) => one.type === type)?.value ?? ''
  const month = part('month').slice(0, 3)
  const [weekday, day, year] = [part('weekday'), part('day'), part('year')]
  const days = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day)) / DAY
  const parts = { weekday, day, month, year, clock: `${part('hour')}:${part('minute')}`, date: `${day} ${month}`, days }
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(key, parts)
  return parts
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

/** Returns the full time: `Tue 10 Mar 2026, 14:02`, with the zone's name if the reader's zone differs. */
export function fullOf(at: number, zone: string): string {
  const { weekday, date, year, clock } = partsOf(at, zone)
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone
  const name = mine === zone ? '' : ` (${zone.split('/').at(-1)?.replaceAll('_', ' ')} time)`
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

const SPOKEN = [
  ...['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'],
  'December',
]

/** Returns a time for screen readers: `Tue 10 Mar 14:02` as `Tuesday 10 March 14:02`. */
export const spokenOf = (time: string): string =>
  time.replace(/\b[A-Z][a-z]{2}\b/g, (short) => SPOKEN.find((word) => word.startsWith(short)) ?? short)
