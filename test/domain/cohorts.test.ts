import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cohort, cohortRow, cohortsBetween, isMature } from '../../domain/metrics/cohorts.ts'
import { wilson } from '../../domain/metrics/wilson.ts'
import { DAY_MS, HOUR_MS } from '../../domain/situation.ts'

describe('the interval', () => {
  test.each([
    // hits, n, low and high in per cent, as published for the score without correction
    [0, 10, 0, 27.75],
    [5, 10, 23.66, 76.34],
    [10, 10, 72.25, 100],
    [81, 263, 25.53, 36.62],
    [15, 148, 6.24, 16.05],
    [1, 29, 0.61, 17.18],
  ])('%i of %i lies within %f and %f per cent', (hits, n, low, high) => {
    const interval = wilson(hits, n)
    expect((interval?.low ?? 0) * 100).toBeCloseTo(low, 1)
    expect((interval?.high ?? 0) * 100).toBeCloseTo(high, 1)
  })

  test('none without cases; holds the share, stays within 0 and 1, narrows with n, mirrors', () => {
    expect(wilson(0, 0)).toBeNull()
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat({ max: 1000 }), (n, thousandths) => {
        const hits = Math.round((n * thousandths) / 1000)
        const { low, high } = wilson(hits, n) ?? { low: 1, high: 0 }
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(hits / n + 1e-12)
        expect(high).toBeGreaterThanOrEqual(hits / n - 1e-12)
        const wider = wilson(hits * 4, n * 4) ?? { low: 0, high: 1 }
        expect(wider.high - wider.low).toBeLessThanOrEqual(high - low + 1e-12)
        const mirrored = wilson(n - hits, n) ?? { low: 0, high: 0 }
        expect(mirrored.low).toBeCloseTo(1 - high, 10)
      }),
    )
  })

  test('ends where the seen rate is as many standard errors away as the confidence asks for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(2000), (n, seen) => {
        const share = Math.min(seen, n) / n
        const { low, high } = wilson(Math.min(seen, n), n) ?? { low: 1, high: 0 }
        for (const end of [low, high].filter((one) => one !== 0 && one !== 1)) {
          expect((share - end) ** 2).toBeCloseTo((1.959963984540054 ** 2 * end * (1 - end)) / n, 9)
        }
      }),
    )
  })
})

describe('weeks', () => {
  const iso = (at: number) => new Date(at).toISOString()

  test('begin on Monday in the practice’s zone, with the clocks as they are there', () => {
    const weeks = cohortsBetween(Date.UTC(2026, 2, 25, 12), Date.UTC(2026, 3, 1), 'Europe/London')
    expect(weeks.map(({ firstDay, from, to }) => [firstDay, iso(from), iso(to)])).toEqual([
      ['2026-03-23', '2026-03-23T00:00:00.000Z', '2026-03-29T23:00:00.000Z'],
      ['2026-03-30', '2026-03-29T23:00:00.000Z', '2026-04-05T23:00:00.000Z'],
    ])
    const [spring] = weeks
    expect((spring?.to ?? 0) - (spring?.from ?? 0)).toBe(7 * DAY_MS - HOUR_MS)
  })

  test('an invitation of Sunday evening in London is of Monday in Auckland and of Sunday in New York', () => {
    const evening = Date.UTC(2026, 0, 11, 21)
    const weekIn = (zone: string) => cohortsBetween(evening, evening, zone)[0]?.firstDay
    expect([weekIn('Europe/London'), weekIn('Pacific/Auckland'), weekIn('America/New_York')]).toEqual([
      '2026-01-05',
      '2026-01-12',
      '2026-01-05',
    ])
  })

  test('are months instead from the first to the last day of each, with the clocks as they are there', () => {
    const months = cohortsBetween(Date.UTC(2026, 1, 14), Date.UTC(2026, 2, 31, 22), 'Europe/London', 'month')
    expect(months.map(({ firstDay, from, to }) => [firstDay, iso(from), iso(to)])).toEqual([
      ['2026-02-01', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
      ['2026-03-01', '2026-03-01T00:00:00.000Z', '2026-03-31T23:00:00.000Z'],
    ])
  })

  test('follow each other without a gap, and each holds what it should', () => {
    const zones = [
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Africa/Cairo',
    ]
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) }),
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom(...zones),
        (first, days, zone) => {
          const weeks = cohortsBetween(first, first + days * DAY_MS, zone)
          expect(weeks[0]?.from).toBeLessThanOrEqual(first)
          expect(weeks[0]?.to).toBeGreaterThan(first)
          expect(weeks.at(-1)?.from).toBeLessThanOrEqual(first + days * DAY_MS)
          expect(weeks.at(-1)?.to).toBeGreaterThan(first + days * DAY_MS)
          weeks.slice(1).forEach((week, i) => {
            expect(week.from).toBe(weeks[i]?.to)
          })
          for (const { firstDay, from } of weeks) {
            expect(new Date(firstDay).getUTCDay()).toBe(1)
            const there = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
            expect(there.format(from)).toBe(`${firstDay} 00:00`)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('cohorts', () => {
  const week: Cohort = { firstDay: '2026-03-02', from: Date.UTC(2026, 2, 2), to: Date.UTC(2026, 2, 9) }
  const counts = {
    n: 40,
    outcomes: { accepted: 30, declined: 1, expired: 2, cancelled: 3, open: 4 },
    horizons: {
      7: { eligible: 40, converted: 10 },
      14: { eligible: 40, converted: 20 },
      30: { eligible: 12, converted: 9 },
    },
  } as const

  test('are mature once the last day and as many days more have passed', () => {
    expect(isMature(week, 7, Date.UTC(2026, 2, 16) - 1)).toBe(false)
    expect(isMature(week, 7, Date.UTC(2026, 2, 16))).toBe(true)
  })

  test('give a rate with its interval when mature, and how many are old enough before', () => {
    const { horizons, n, outcomes } = cohortRow(week, counts, Date.UTC(2026, 2, 30))
    expect([n, outcomes]).toEqual([40, counts.outcomes])
    expect(horizons).toEqual([
      { days: 7, mature: true, eligible: 40, converted: 10, rate: 0.25, interval: wilson(10, 40) },
      { days: 14, mature: true, eligible: 40, converted: 20, rate: 0.5, interval: wilson(20, 40) },
      { days: 30, mature: false, eligible: 12, converted: 9, rate: null, interval: null },
    ])
  })

  test('without cases give no rate', () => {
    const none = { eligible: 0, converted: 0 }
    const outcomes = { accepted: 0, declined: 0, expired: 0, cancelled: 0, open: 0 }
    const empty = { n: 0, outcomes, horizons: { 7: none, 14: none, 30: none } }
    const { horizons } = cohortRow(week, empty, Date.UTC(2027, 0, 1))
    expect(horizons.map(({ rate, interval, mature }) => [rate, interval, mature])).toEqual([
      [null, null, true],
      [null, null, true],
      [null, null, true],
    ])
  })
})
