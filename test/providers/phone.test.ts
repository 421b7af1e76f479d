import { describe, expect, it } from 'vitest'
import { parseMobile } from '../../providers/phone.ts'

describe('mobile numbers', () => {
  it.each([
    ['07400 123456', '+447400123456'],
    ['0044 7400 123456', '+447400123456'],
    ['7400123456', '+447400123456'],
    [' +44 (0)7911 123456 ', '+447911123456'],
    ['07797 712345', '+447797712345'],
    ['07624 412345', '+447624412345'],
  ])('takes %s', (typed, number) => expect(parseMobile(typed)).toEqual({ ok: true, number }))

  it.each([
    ['', 'invalid'],
    ['not a number', 'invalid'],
    ['07700 900123', 'invalid'],
    ['07400 1234567890', 'invalid'],
    ['call 07400 123456 now', 'invalid'],
    ['07400 12345', 'one_digit_short'],
    ['020 7946 0018', 'not_mobile'],
    ['070 1234 5678', 'not_mobile'],
    ['07600 123456', 'not_mobile'],
    ['+353 85 012 3456', 'country'],
  ])('refuses %j: %s', (typed, code) => expect(parseMobile(typed)).toEqual({ ok: false, code }))

  it('takes other countries when they are allowed', () => {
    expect(parseMobile('+353 85 012 3456', ['GB', 'IE'])).toEqual({ ok: true, number: '+353850123456' })
    expect(parseMobile('+1 202 555 0123', ['US'])).toEqual({ ok: true, number: '+12025550123' })
  })
})
