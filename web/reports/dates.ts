import { zonedDate } from '../../domain/fields/days.ts'
import type { Span } from '../../domain/metrics/cohorts.ts'

/** An instant's day in a zone as `9 Feb 2026`. */
export function dayName(at: number, zone: string): string {
  const { day, month, year } = zonedDate(at, zone)
  return `${day} ${month.slice(0, 3)} ${year}`
}

/** Returns a date (`2026-02-09`) as `9 Feb 2026`. */
export const dateName = (date: string): string => dayName(Date.parse(date), 'UTC')

/** Returns the name of a week, `9 Feb 2026`, or month, `Feb 2026`, by its first day. */
export const cohortName = (firstDay: string, by: Span): string =>
  by === 'week' ? dateName(firstDay) : dateName(firstDay).replace(/^\d+ /, '')
