import { describe, expect, test } from 'vitest'
import { AGREED_BY, type AgreedBy, refusalForClient } from '../../../domain/connections/renewal.ts'
import { decide } from '../../../domain/decide/decide.ts'
import { completed, days } from '../onboardings.ts'

describe('a colleague confirms for a client', () => {
  test.each([
    [true, true, 'confirm', null],
    [true, true, 'visit', 'bank_needs_client'],
    [true, true, 'reconnect', 'bank_needs_client'],
    [true, false, 'confirm', 'nothing_to_confirm'],
    [false, true, 'confirm', 'confirming_off'],
    [false, false, 'reconnect', 'confirming_off'],
  ] as const)('switched on %s, due %s, renewed by %s: %s', (isOn, isDue, way, refusal) => {
    expect(refusalForClient({ isOn, isDue, way })).toBe(refusal)
  })

  test.each(Object.keys(AGREED_BY) as AgreedBy[])(
    'the record says how (%s), when, which accounts and until when',
    (how) => {
      const decision = decide(
        completed,
        {
          do: 'confirm_renewal',
          connectionId: 'c',
          accounts: ['a', 'b'],
          until: Date.UTC(2026, 4, 28),
          wording: 'w',
          isLost: false,
          isMapped: false,
          forClient: { how, agreedOn: '2026-03-03', allowing: { isOn: true, isDue: true, way: 'confirm' } },
        },
        days(3),
      )
      expect(decision).toMatchObject({
        change: {
          event: {
            kind: 'renewal_confirmed',
            data: {
              accounts: ['a', 'b'],
              until: '2026-05-28T00:00:00.000Z',
              wording: 'w',
              how,
              agreedOn: '2026-03-03',
            },
          },
          messages: [{ purpose: 'confirmed_for_client', channels: ['email'] }],
        },
      })
    },
  )

  test('the client’s own yes sends no message', () => {
    const yes = { connectionId: 'c', accounts: [], until: days(100), wording: 'w' }
    const decision = decide(completed, { do: 'confirm_renewal', ...yes, isLost: false, isMapped: false }, days(3))
    expect('change' in decision && decision.change.messages).toBeUndefined()
  })
})
