import { describe, expect, test } from 'vitest'
import { decide } from '../../domain/decide/decide.ts'
import { DAY_MS, MINUTE_MS, statusAt, UNDO_MS } from '../../domain/situation.ts'
import {
  accepted,
  ask,
  at,
  cancelled,
  days,
  declined,
  expired,
  hours,
  invited,
  refusalOf,
  wordOf,
} from './onboardings.ts'

describe('the instants that decide', () => {
  test('an acceptance up to the instant of expiry wins however late expiry runs; one after it loses', () => {
    expect(wordOf(decide(invited, ask.accept(), days(7)))).toBe('accepted')
    expect(wordOf(decide(invited, ask.accept(), days(7) + 1))).toBe('!not_allowed')
    expect(decide(invited, { do: 'expire' }, days(7))).toEqual({ tooEarly: days(7) + 1 })
    expect(wordOf(decide(invited, { do: 'expire' }, days(7) + 1))).toBe('expired')
    expect([statusAt(invited, days(7)), statusAt(invited, days(7) + 1)]).toEqual(['invited', 'expired'])
  })

  test('a move that comes long before its instant changes nothing, so that the workflow reads the new instant', () => {
    expect(decide(invited, { do: 'expire' }, days(7) - MINUTE_MS + 1)).toEqual({ tooEarly: days(7) + 1 })
    expect(decide(invited, { do: 'expire' }, days(6))).toEqual({ unchanged: true })
    expect(decide(invited, { do: 'remind' }, days(2) - MINUTE_MS)).toEqual({ tooEarly: days(2) })
    expect(decide(invited, { do: 'remind' }, days(1))).toEqual({ unchanged: true })
    expect(decide({ ...invited, snoozedUntil: days(6) }, { do: 'remind' }, days(2))).toEqual({ unchanged: true })
  })

  test('a cancellation can be undone for 15 seconds, to the millisecond, unless it was cleaned up', () => {
    expect(wordOf(decide(cancelled, ask.undo(), days(1) + UNDO_MS))).toBe('undone')
    const late = refusalOf(decide(cancelled, ask.undo(), days(1) + UNDO_MS + 1))
    expect([late.code, late.at, late.allowed]).toEqual(['undo_too_late', days(1) + UNDO_MS, ['reopen']])
    expect(decide(cancelled, { do: 'clean_up' }, days(1) + UNDO_MS)).toEqual({ tooEarly: days(1) + UNDO_MS + 1 })
    expect(wordOf(decide(cancelled, { do: 'clean_up' }, days(1) + UNDO_MS + 1))).toBe('cleaned')
    const early = at(cancelled, { cleaned: days(1) + 1 })
    expect(wordOf(decide(early, ask.undo(), days(1) + 2))).toBe('!undo_too_late')
  })

  test('an extension is later than the present date and at most 60 days from now', () => {
    const now = days(1)
    expect(wordOf(decide(invited, ask.extend(days(7)), now))).toBe('!date_out_of_range')
    expect(wordOf(decide(invited, ask.extend(days(7) + 1), now))).toBe('extended')
    expect(wordOf(decide(invited, ask.extend(now + 60 * DAY_MS), now))).toBe('extended')
    expect(refusalOf(decide(invited, ask.extend(now + 60 * DAY_MS + 1), now)).at).toBe(now + 60 * DAY_MS)
    expect(wordOf(decide(expired, ask.extend(days(8)), days(8)))).toBe('!date_out_of_range')
    expect(wordOf(decide(expired, ask.extend(days(8) + 1), days(8)))).toBe('extended')
  })

  test('a snooze ends after now and within 60 days', () => {
    expect(wordOf(decide(invited, ask.snooze(days(1)), days(1)))).toBe('!date_out_of_range')
    expect(wordOf(decide(invited, ask.snooze(days(61)), days(1)))).toBe('snoozed')
    expect(wordOf(decide(invited, ask.snooze(days(61) + 1), days(1)))).toBe('!date_out_of_range')
  })

  test('a second resend within 60 seconds is refused with the instant from which it is possible', () => {
    const soon = refusalOf(decide(invited, ask.invite(), invited.instants.created + MINUTE_MS - 1))
    expect([soon.code, soon.at]).toEqual(['resend_too_soon', invited.instants.created + MINUTE_MS])
    expect(wordOf(decide(invited, ask.invite(), invited.instants.created + MINUTE_MS))).toBe('resent')
    expect(wordOf(decide(invited, ask.link('email'), invited.instants.created + MINUTE_MS - 1))).toBe(
      '!resend_too_soon',
    )
    expect(wordOf(decide(invited, ask.link(), invited.instants.created + 1))).toBe('link_copied')
  })

  test('an address gets five invitation or continue messages in 24 hours; copying is not one', () => {
    expect(wordOf(decide(invited, ask.invite(['email'], 4), hours(1)))).toBe('resent')
    expect(wordOf(decide(invited, ask.invite(['email'], 5), hours(1)))).toBe('!address_limit')
    expect(wordOf(decide(accepted, ask.link('email', 5), days(2)))).toBe('!address_limit')
    expect(wordOf(decide(accepted, ask.link(null, 5), days(2)))).toBe('link_copied')
  })

  test("it gives up at the practice's limit after the last act, only when expired or declined", () => {
    expect(decide(expired, { do: 'give_up' }, days(90) - 1)).toEqual({ tooEarly: days(90) })
    expect(wordOf(decide(expired, { do: 'give_up' }, days(90)))).toBe('gave_up')
    expect(wordOf(decide(declined, { do: 'give_up' }, days(91)))).toBe('gave_up')
    expect(decide(invited, { do: 'give_up' }, days(900))).toEqual({ unchanged: true })
    expect(wordOf(decide({ ...expired, lastActAt: days(60) }, { do: 'give_up' }, days(149)))).toBe('-')
  })
})
