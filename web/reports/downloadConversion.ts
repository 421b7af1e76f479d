import { HORIZONS, horizonOf, type Week } from './conversionWords.ts'

/** Saves the figures of the report as a file that a spreadsheet opens. */
export function downloadConversion(weeks: Week[]): void {
  const head = [
    'Week of',
    'Invited',
    ...HORIZONS.flatMap((days) => [`Old enough for ${days} days`, `Within ${days} days`]),
  ]
  const lines = weeks.map((week) => {
    const figures = HORIZONS.flatMap((days) => {
      const horizon = horizonOf(week, days)
      return [horizon?.eligible ?? 0, horizon?.converted ?? 0]
    })
    return [week.week, week.n, ...figures].join(',')
  })
  const url = URL.createObjectURL(new Blob([`${[head.join(','), ...lines].join('\r\n')}\r\n`], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'conversion.csv'
  link.click()
  URL.revokeObjectURL(url)
}
