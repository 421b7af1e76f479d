import { wilson } from '../../domain/metrics/wilson.ts'
import type { reportQuery } from './queries.ts'

export type Report = Awaited<ReturnType<NonNullable<typeof reportQuery.queryFn>>>
export type Week = Report['weeks'][number]
export type Horizon = Week['horizons'][number]
export type Days = Horizon['days']

export const HORIZONS: Days[] = [7, 14, 30]

/** Fewer say nothing; fewer than these say little. */
export const TOO_FEW = 5
const FEW = 20

export const horizonOf = (week: Week, days: Days): Horizon | undefined => week.horizons.find((one) => one.days === days)

export const percent = (share: number): string => `${Math.round(share * 100)}%`
export const rangeOf = ({ low, high }: { low: number; high: number }): string =>
  `${Math.round(low * 100)}–${Math.round(high * 100)}%`

/** What a cell says: the share and its interval, or why there is none. `isWeak`: of so few that it says little. */
export function cellOf(
  { eligible, mature, rate, interval }: Horizon,
  n: number,
): { figure: string; more: string; isWeak: boolean } {
  if (!mature) return { figure: `${eligible} of ${n} mature`, more: '', isWeak: true }
  if (n < TOO_FEW || rate === null || interval === null) return { figure: 'too few', more: '', isWeak: true }
  const isWeak = n < FEW
  return { figure: percent(rate), more: isWeak ? `${rangeOf(interval)} · small n` : rangeOf(interval), isWeak }
}

/** All mature weeks together: the share, its interval, and what it is of; null while there are none. */
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
