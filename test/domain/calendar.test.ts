import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BANK_HOLIDAYS } from '../../domain/bankHolidays.ts'
import { addDays, isWorkingDay, startOfDay } from '../../domain/calendar.ts'
import { wallClock } from '../../domain/fields/days.ts'
import { DAY_MS } from '../../domain/situation.ts'

const iso = (at: number) => new Date(at).toISOString()

describe('calendar days', () => {
  test('later ones have the same hour on the zone’s clocks, in whatever order they are asked for', () => {
    const zones = ['Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']
    const afternoon = fc.integer({ min: 0, max: 3_650 }).map((day) => Date.UTC(2020, 0, 1, 17) + day * DAY_MS)
    fc.assert(
      fc.property(afternoon, fc.nat({ max: 60 }), fc.constantFrom(...zones), (at, days, zone) => {
        expect(wallClock(addDays(at, days, zone), zone)).toBe(wallClock(at, zone) + days * DAY_MS)
      }),
      { numRuns: 500 },
    )
  })

  test('an hour that is left out is the next, one that comes twice the first', () => {
    expect(iso(addDays(Date.UTC(2026, 2, 28, 1, 30), 1, 'Europe/London'))).toBe('2026-03-29T01:30:00.000Z')
    expect(iso(addDays(Date.UTC(2026, 9, 24, 0, 30), 1, 'Europe/London'))).toBe('2026-10-25T00:30:00.000Z')
  })

  test('begin at midnight, or where a change skips it', () => {
    expect(iso(startOfDay(Date.UTC(2026, 2, 28, 12), 'Europe/London', 2))).toBe('2026-03-29T23:00:00.000Z')
    expect(iso(startOfDay(Date.UTC(2026, 3, 24, 12), 'Africa/Cairo'))).toBe('2026-04-23T22:00:00.000Z')
  })

  test('an unknown zone is an error', () => {
    expect(() => addDays(0, 1, 'Nowhere/Land')).toThrow(RangeError)
  })
})

describe('working days', () => {
  test('leave out weekends and the bank holidays of each list', () => {
    const on = (date: string) =>
      (['england-and-wales', 'scotland', 'northern-ireland'] as const).map((list) => isWorkingDay(date, list))
    expect(on('2026-11-27')).toEqual([true, true, true])
    expect(on('2026-11-28')).toEqual([false, false, false])
    expect(on('2026-11-30')).toEqual([true, false, true])
    expect(on('2027-03-17')).toEqual([true, true, false])
    expect(on('2027-03-29')).toEqual([false, true, false])
    expect(on('2027-08-02')).toEqual([true, false, true])
    expect(on('2027-08-30')).toEqual([false, true, false])
    expect(on('2026-12-28')).toEqual([false, false, false])
  })

  test.each(Object.entries(BANK_HOLIDAYS))('the list of %s is whole, in order, and of weekdays only', (list, dates) => {
    const least = { 'england-and-wales': 8, scotland: 9, 'northern-ireland': 10 }[list]
    for (const year of ['2026', '2027', '2028']) {
      expect(dates.filter((date) => date.startsWith(year)).length).toBeGreaterThanOrEqual(least ?? 0)
    }
    expect(dates).toEqual([...new Set(dates)].sort())
    expect(dates.filter((date) => [0, 6].includes(new Date(date).getUTCDay()))).toEqual([])
  })
})
