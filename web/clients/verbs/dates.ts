const DAY_MS = 24 * 60 * 60_000
/** The latest date that may be set, in days from now. */
const FURTHEST = 60

/** Returns the calendar day of an instant (ms) in a zone, as `2026-03-10`. */
const dayIn = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

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
export function instantOf(day: string, time: string, zone: string): string {
  const wanted = Date.parse(`${day}T${time}:00Z`)
  const shown = (at: number) => {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(at)
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value)
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  }
  // Corrects twice: the first guess may lie on the other side of a clock change.
  const guess = wanted + (wanted - shown(wanted))
  return new Date(guess + (wanted - shown(guess))).toISOString()
}
