import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountChange } from '../../../domain/connections/severalBanks.ts'

const account = (externalId: string, accountNumber: string | null, sortCode: string | null = '123456') => ({
  id: `id of ${externalId}`,
  externalId,
  sortCode: accountNumber === null ? null : sortCode,
  accountNumber,
  iban: null,
})

describe('the accounts of a bank after a visit', () => {
  test('one with another id there is known again by sort code and number', () => {
    const [before, now] = [[account('a', '12345678')], [account('b', '12345678')]]
    expect(accountChange(before, now)).toEqual({ kept: [{ id: 'id of a', externalId: 'b' }], added: [], missing: [] })
  })

  test('one without numbers is known again by its id there', () => {
    const before = [account('a', null), account('b', null)]
    expect(accountChange(before, [account('b', null)])).toEqual({
      kept: [{ id: 'id of b', externalId: 'b' }],
      added: [],
      missing: ['id of a'],
    })
  })

  const some = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.option(fc.stringMatching(/^\d{8}$/))), {
    selector: ([externalId]) => externalId,
    maxLength: 6,
  })
  test('every account before is kept or missing, every one now is kept or new', () => {
    fc.assert(
      fc.property(some, some, (before, now) => {
        const [was, is] = [before, now].map((list) => list.map(([id, number]) => account(id, number)))
        const { kept, added, missing } = accountChange(was!, is!)
        expect([...kept.map(({ id }) => id), ...missing].sort()).toEqual(was!.map(({ id }) => id).sort())
        expect(kept.length + added.length).toBe(is!.length)
      }),
    )
  })
})
