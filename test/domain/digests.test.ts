import { describe, expect, test } from 'vitest'
import { digestDayOf } from '../../domain/practice/digests.ts'

const iso = (at: number) => new Date(at).toISOString()
const dayOf = (now: string, zone: string) => {
  const day = digestDayOf(Date.parse(now), zone)
  return day && [day.day, iso(day.since), iso(day.from), iso(day.to), iso(day.at)]
}

describe('a digest', () => {
  test('is due from eight in the practice’s zone, Monday to Friday', () => {
    expect(dayOf('2026-03-03T07:59:59Z', 'Europe/London')).toBeNull()
    expect(dayOf('2026-03-03T08:00:00Z', 'Europe/London')?.[0]).toBe('2026-03-03')
    expect(dayOf('2026-03-03T23:59:00Z', 'Europe/London')?.[0]).toBe('2026-03-03')
    expect(dayOf('2026-03-03T08:00:00Z', 'America/New_York')).toBeNull()
    expect(dayOf('2026-03-03T13:00:00Z', 'America/New_York')?.[0]).toBe('2026-03-03')
    expect(dayOf('2026-03-02T22:00:00Z', 'Australia/Sydney')?.[0]).toBe('2026-03-03')
    for (const weekend of ['2026-03-07T12:00:00Z', '2026-03-08T12:00:00Z']) {
      expect(dayOf(weekend, 'Europe/London')).toBeNull()
    }
  })

  test('looks back on the day before, on Mondays to Friday, whatever the clocks did in between', () => {
    expect(dayOf('2026-03-03T08:05:00Z', 'Europe/London')).toEqual([
      '2026-03-03',
      '2026-03-02T00:00:00.000Z',
      '2026-03-03T00:00:00.000Z',
      '2026-03-04T00:00:00.000Z',
      '2026-03-03T08:00:00.000Z',
    ])
    // Clocks went forward on Sunday 29 March.
    expect(dayOf('2026-03-30T07:30:00Z', 'Europe/London')).toEqual([
      '2026-03-30',
      '2026-03-27T00:00:00.000Z',
      '2026-03-29T23:00:00.000Z',
      '2026-03-30T23:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ])
  })
})
