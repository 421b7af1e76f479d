import { describe, expect, test } from 'vitest'
import { accountsSeen } from '../../../domain/connections/severalBanks.ts'

const account = (externalId: string, accountNumber: string | null, more: { iban?: string } = {}) => ({
  externalId,
  sortCode: accountNumber === null ? null : '123456',
  accountNumber,
  iban: null,
  ...more,
})
const known = (
  externalId: string,
  accountNumber: string | null,
  is: 'there' | 'missing' | 'closed' | 'seen again' = 'there',
) => ({
  ...account(externalId, accountNumber),
  id: `id of ${externalId}`,
  isMissing: is !== 'there',
  isClosed: is === 'closed' || is === 'seen again',
  isSeenAgain: is === 'seen again',
})
const [a, b, c] = [known('a', '11111111'), known('b', '22222222'), known('c', null)]
const seen = (
  before: ReturnType<typeof known>[],
  accounts: ReturnType<typeof account>[],
  { isPart = false, stood = before }: { isPart?: boolean; stood?: ReturnType<typeof known>[] } = {},
) => accountsSeen(before, { accounts, isPart }, new Set(stood.map(({ id }) => id)))
const UNCLOSED = { again: [], away: [] }
const NOTHING = { gone: [], back: [], closed: UNCLOSED }

describe('what a look says of the accounts of a bank', () => {
  test('one that is in a whole answer no more is gone, and once', () => {
    expect(seen([a, b], [account('a', '11111111')])).toEqual({ ...NOTHING, gone: ['id of b'] })
    expect(seen([a, known('b', '22222222', 'missing')], [account('a', '11111111')])).toEqual(NOTHING)
  })

  test('one that is there again is back, under its new id at the provider', () => {
    const again = [account('a', '11111111'), account('other', '22222222')]
    expect(seen([a, known('b', '22222222', 'missing')], again)).toEqual({
      ...NOTHING,
      back: [{ id: 'id of b', externalId: 'other' }],
    })
  })

  test('a closed one that is there again stays closed and is noted, once, until it is there no more', () => {
    const [only, both] = [[account('a', '11111111')], [account('a', '11111111'), account('other', '22222222')]]
    const [closed, shown] = [known('b', '22222222', 'closed'), known('b', '22222222', 'seen again')]
    expect(seen([a, closed], only)).toEqual(NOTHING)
    const again = [{ id: 'id of b', externalId: 'other' }]
    expect(seen([a, closed], both)).toEqual({ ...NOTHING, closed: { again, away: [] } })
    expect(seen([a, shown], both)).toEqual(NOTHING)
    expect(seen([a, shown], only)).toEqual({ ...NOTHING, closed: { again: [], away: ['id of b'] } })
    expect(seen([a, shown], only, { isPart: true })).toEqual(NOTHING)
  })

  test.each([
    ['a part', [account('a', '11111111')], { isPart: true }],
    ['no account', [], {}],
    ['no account that is known', [account('z', '99999999')], {}],
    [
      'an unknown one without numbers, which may be the missing one',
      [account('a', '11111111'), account('z', null)],
      {},
    ],
    [
      'an unknown one with numbers of another kind only',
      [account('a', '11111111'), account('z', null, { iban: 'GB33BUKB20201555555555' })],
      {},
    ],
    ['an account that was stored after the provider was asked', [account('a', '11111111')], { stood: [a] }],
  ])('an answer with %s says of none that it is gone', (_name, accounts, how) => {
    expect(seen([a, b], accounts, how)).toEqual(NOTHING)
  })

  test('an unknown account with numbers is not taken for the missing one, unless that has none', () => {
    const answer = [account('a', '11111111'), account('z', '99999999')]
    expect(seen([a, b], answer).gone).toEqual(['id of b'])
    expect(seen([a, c], answer)).toEqual(NOTHING)
  })

  test('a part still shows that an account is back', () => {
    const before = [a, known('b', '22222222', 'missing')]
    expect(seen(before, [account('b', '22222222')], { isPart: true }).back.map(({ id }) => id)).toEqual(['id of b'])
  })
})
