const DAY_MS = 24 * 60 * 60_000
/** The furthest ahead a date may be set, in days. */
const FURTHEST = 60

/** The calendar day of an instant in a zone, as `2026-03-10`. */
const dayIn = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

/** The days that may be chosen, and the one that is proposed: `days` from now. */
export const daysAhead = (zone: string, days: number) => ({
  first: dayIn(zone, Date.now() + DAY_MS),
  proposed: dayIn(zone, Date.now() + days * DAY_MS),
  // The last whole day that the API takes.
  last: dayIn(zone, Date.now() + (FURTHEST - 1) * DAY_MS),
})

/** The last minute of a day in a zone: whatever ends on a day, ends then. */
export const endOf = (day: string, zone: string): string => instantOf(day, '23:59', zone)

/** The instant at which a zone's clocks show a time on a day. */
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
  // Twice: the first guess may stand on the other side of a change of the clocks.
  const guess = wanted + (wanted - shown(wanted))
  return new Date(guess + (wanted - shown(guess))).toISOString()
}
