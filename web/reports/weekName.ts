import { zonedDate } from '../../domain/fields/days.ts'

/** An instant's day in a zone as `9 Feb 2026`. */
export function dayName(at: number, zone: string): string {
  const { day, month, year } = zonedDate(at, zone)
  return `${day} ${month.slice(0, 3)} ${year}`
}

/** Returns a date (`2026-02-09`) as `9 Feb 2026`. */
export const weekName = (week: string): string => dayName(Date.parse(week), 'UTC')
