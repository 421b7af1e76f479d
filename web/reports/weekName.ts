/** A date as `9 Feb 2026`. */
export const weekName = (week: string): string =>
  new Date(`${week}T00:00:00Z`)
    .toLocaleDateString('en-GB', {
      timeZone: 'UTC',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    })
    .replace('Sept', 'Sep')
