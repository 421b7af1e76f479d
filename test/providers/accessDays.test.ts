import { describe, expect, test } from 'vitest'
import {
  ACCESS_DAYS,
  accessDaysOf,
  type BankCountry,
  type DatedProvider,
  RULED_DAYS,
} from '../../providers/bank/accessDays.ts'
import { awayPlaid, awayProviders } from '../api/awayProviders.ts'

const dated = Object.entries(ACCESS_DAYS).flatMap(([provider, days]) =>
  Object.entries(days).map(([country, n]) => [provider as DatedProvider, country as BankCountry, n] as const),
)

describe('the days of access that one approval gives', () => {
  test.each(dated)('at %s in %s are %i, and no more than the country allows', (provider, country, days) => {
    expect(accessDaysOf(provider, country)).toBe(days)
    expect(days).toBeGreaterThan(0)
    expect(days).toBeLessThanOrEqual(RULED_DAYS[country])
  })

  test('differ by country at one provider', () => {
    expect([accessDaysOf('plaid', 'GB'), accessDaysOf('plaid', 'IE')]).toEqual([90, 180])
  })

  test('are known for every country that a connector offers, and are its own', () => {
    for (const { name, country, accessDays } of [awayPlaid(), awayProviders().banks.first]) {
      expect(accessDays).toBe(accessDaysOf(name as DatedProvider, country))
    }
  })

  test('are never guessed', () => {
    expect(() => accessDaysOf('truelayer', 'IE')).toThrow('truelayer has no days of access for banks in IE')
  })
})
