import { expect, test } from 'vitest'
import { instantAt, wallClock, zonedDate } from '../../domain/fields/days.ts'

const at = (iso: string) => Date.parse(iso)

test('an instant is read on the clocks of its zone, on both sides of a change', () => {
  expect(zonedDate(at('2026-03-29T00:59:00Z'), 'Europe/London')).toMatchObject({ date: '2026-03-29', clock: '00:59' })
  expect(zonedDate(at('2026-03-29T01:00:00Z'), 'Europe/London')).toMatchObject({ date: '2026-03-29', clock: '02:00' })
  expect(zonedDate(at('2026-09-30T23:30:00Z'), 'Europe/London')).toMatchObject({
    date: '2026-10-01',
    weekday: 'Thursday',
    month: 'October',
    day: 1,
  })
})

test('the instant at which a clock shows a time is the one that reads so', () => {
  for (const zone of ['Europe/London', 'America/St_Johns', 'Pacific/Auckland', 'UTC']) {
    for (const time of ['2026-03-29T12:00:00Z', '2026-10-25T23:59:00Z', '2026-01-01T00:00:00Z']) {
      expect(wallClock(instantAt(at(time), zone), zone)).toBe(at(time))
    }
  }
})
