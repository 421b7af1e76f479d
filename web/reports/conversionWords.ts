import type { Span } from '../../domain/metrics/cohorts.ts'
import { wilson } from '../../domain/metrics/wilson.ts'
import { dayName } from './dates.ts'
import type { reportQuery } from './queries.ts'

const DAY_MS = 86_400_000

export type Report = Awaited<ReturnType<NonNullable<ReturnType<typeof reportQuery>['queryFn']>>>
export type Week = Report['weeks'][number]
export type Horizon = Week['horizons'][number]
export type Days = Horizon['days']

export const HORIZONS: Days[] = [7, 14, 30]

/** The words of the table: its name, and the heading of its first column. */
export const SPAN_WORDS: Record<Span, { title: string; head: string }> = {
  week: { title: 'Week by week', head: 'Week of' },
  month: { title: 'Month by month', head: 'Month' },
}

/** Weeks and months with fewer clients show no figure; those below `FEW` show it in grey. */
export const TOO_FEW = 5
const FEW = 20

export const horizonOf = (week: Week, days: Days): Horizon | undefined => week.horizons.find((one) => one.days === days)

export const percent = (share: number): string => `${Math.round(share * 100)}%`
export const rangeOf = ({ low, high }: { low: number; high: number }): string =>
  `${Math.round(low * 100)}–${Math.round(high * 100)}%`

/** Returns a cell's share and likely range, or why there is none. `isWeak`: too few clients to rely on. */
export function cellOf(
  { days, mature, converted, rate, interval }: Horizon,
  { n, to }: Pick<Week, 'n' | 'to'>,
  zone: string,
): { figure: string; more: string; tip?: string; isWeak: boolean } {
  if (!mature) {
    // The day on which the last client of the week has had that many days.
    const from = dayName(Date.parse(to) + days * DAY_MS - 1, zone)
    const all = n === 1 ? 'the 1 client has' : `all ${n} have`
    const tip = `Counted from ${from}, when ${all} had ${days} days. So far: ${converted} connected.`
    return { figure: `from ${from.replace(/ \d{4}$/, '')}`, more: '', tip, isWeak: true }
  }
  if (n < TOO_FEW || rate === null || interval === null) return { figure: 'too few', more: '', isWeak: true }
  const isWeak = n < FEW
  return { figure: percent(rate), more: isWeak ? `${rangeOf(interval)} · only ${n}` : rangeOf(interval), isWeak }
}

/** Returns the share and likely range over all fully counted weeks, with their period; null if there is none. */
export function overall(weeks: Week[], days: Days) {
  const mature = weeks.filter((week) => week.n > 0 && horizonOf(week, days)?.mature)
  const [first, last] = [mature[0], mature.at(-1)]
  const n = mature.reduce((sum, week) => sum + (horizonOf(week, days)?.eligible ?? 0), 0)
  const converted = mature.reduce((sum, week) => sum + (horizonOf(week, days)?.converted ?? 0), 0)
  const interval = wilson(converted, n)
  if (!first || !last || !interval) return null
  return {
    n,
    rate: converted / n,
    interval,
    from: first.from,
    to: last.to,
    weeks: { week: first.week, lastWeek: last.week },
  }
}

/** Returns `Half of those who connected took 2 days 4 hours or less.`; null without a median. */
export function halfTook(hours: number | null): string | null {
  if (hours === null) return null
  const [whole, rest] = [Math.floor(hours / 24), hours % 24]
  const parts = [whole > 0 && count(whole, 'day'), (rest > 0 || whole === 0) && count(rest, 'hour')]
  return `Half of those who connected took ${parts.filter(Boolean).join(' ')} or less.`
}

const count = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`
