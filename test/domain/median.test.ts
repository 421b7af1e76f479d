import { expect, test } from 'vitest'
import { medianHours } from '../../domain/metrics/median.ts'
import { halfTook } from '../../web/reports/conversionWords.ts'

test('half took so many hours or less, and fewer than five say nothing', () => {
  expect(
    medianHours([
      { hours: 90, n: 2 },
      { hours: 4, n: 2 },
      { hours: 52, n: 1 },
    ]),
  ).toBe(52)
  expect(medianHours([{ hours: 4, n: 4 }])).toBeNull()
  expect(medianHours([])).toBeNull()
})

test('the sentence names days and hours, and none that are nothing', () => {
  const said = (hours: number) => halfTook(hours)?.replace('Half of those who connected took ', '')
  expect(said(52)).toBe('2 days 4 hours or less.')
  expect([said(24), said(1), said(0)]).toEqual(['1 day or less.', '1 hour or less.', '0 hours or less.'])
  expect(halfTook(null)).toBeNull()
})
