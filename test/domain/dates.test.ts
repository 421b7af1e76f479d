import { describe, expect, test } from 'vitest'
import {
  clientClock,
  clientInstant,
  dayWords,
  durationWords,
  longDate,
  sinceWords,
  staffInstant,
  staffMoment,
  textInstant,
  zoneWords,
} from '../../domain/words/dates.ts'

const london = 'Europe/London'
const winter = Date.parse('2026-03-10T14:02:00Z')
const summer = new Date('2026-09-01T23:30:00Z')

describe('dates', () => {
  test('are written in the zone they are asked in', () => {
    expect(clientInstant(winter, london)).toBe('Tuesday 10 March 2026 at 14:02 (UK time)')
    expect(clientInstant(summer, london)).toBe('Wednesday 2 September 2026 at 00:30 (UK time)')
    expect(clientInstant(summer, 'America/New_York')).toBe('Tuesday 1 September 2026 at 19:30 (New York time)')
    expect(longDate(summer, 'Europe/Dublin')).toBe('Wednesday 2 September 2026')
    expect(clientClock(winter, 'Europe/Dublin')).toBe('14:02 (Dublin time)')
    expect(staffInstant(winter, london)).toBe('Tue 10 Mar 2026, 14:02')
    expect(staffMoment(winter, london)).toBe('14:02 on Tue 10 Mar 2026')
    expect(textInstant(winter, london)).toBe('Tue 10 Mar 14:02')
    expect(textInstant(summer, london)).toBe('Wed 2 Sep 00:30')
    expect(zoneWords('UTC')).toBe('UTC')
  })

  test('keep the wall clock across the change to summer time', () => {
    expect(clientInstant(Date.parse('2026-03-29T00:59:00Z'), london)).toContain('at 00:59')
    expect(clientInstant(Date.parse('2026-03-29T01:00:00Z'), london)).toContain('at 02:00')
  })

  test('say when trouble began, relative to the day of the reader', () => {
    const now = Date.parse('2026-03-10T10:15:00Z')
    expect(sinceWords(Date.parse('2026-03-10T09:40:00Z'), now, london)).toBe('09:40')
    expect(sinceWords(Date.parse('2026-03-09T16:05:00Z'), now, london)).toBe('yesterday 16:05')
    expect(sinceWords(Date.parse('2026-03-04T14:02:00Z'), now, london)).toBe('Wed 14:02')
    expect(sinceWords(Date.parse('2026-03-03T14:02:00Z'), now, london)).toBe('3 Mar')
  })

  test('name the day of a coming instant', () => {
    const at = (iso: string) => Date.parse(iso)
    expect(dayWords(winter, at('2026-03-10T09:00:00Z'), london)).toBe('today')
    expect(dayWords(winter, at('2026-03-09T14:02:00Z'), london)).toBe('tomorrow')
    expect(dayWords(winter, at('2026-03-04T14:02:00Z'), london)).toBe('Tuesday')
    expect(dayWords(winter, at('2026-03-03T14:02:00Z'), london)).toBe('Tue 10 Mar')
  })

  test('round lengths of time down', () => {
    const minutes = (n: number) => n * 60_000
    expect(durationWords(minutes(0.9))).toBe('under a minute')
    expect(durationWords(minutes(40.9))).toBe('40 min')
    expect(durationWords(minutes(60))).toBe('1 h')
    expect(durationWords(minutes(5 * 60 + 20))).toBe('5 h 20 min')
    expect(durationWords(minutes(52 * 60 + 59))).toBe('2 d 4 h')
    expect(durationWords(minutes(48 * 60))).toBe('2 d')
  })
})
