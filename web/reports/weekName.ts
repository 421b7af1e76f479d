const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' })

/** Returns a date (`2026-02-09`) as `9 Feb 2026`. */
export const weekName = (week: string): string => format.format(new Date(`${week}T00:00:00Z`)).replace('Sept', 'Sep')
