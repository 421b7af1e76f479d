import { expect, test } from 'vitest'
import { arrivalOf, type SharedBank } from '../../../domain/connections/severalBanks.ts'

const account = (id: string, accountNumber: string | null, isMatched = true, iban: string | null = null) => ({
  id,
  sortCode: accountNumber && '12-34-56',
  accountNumber,
  iban,
  isMatched,
  isMissing: false,
})
const bank = (id: string, changes: Partial<SharedBank> = {}): SharedBank => ({
  id,
  institution: 'ob-northgate',
  institutionName: 'Northgate Bank',
  state: 'connected',
  accounts: [account('a', '11111111'), account('b', '22222222', false)],
  ...changes,
})
const arriving = (...numbers: string[]) => ({
  institution: 'ob-northgate',
  institutionName: 'Northgate Bank',
  accounts: numbers.map((number) => ({ id: `new ${number}`, sortCode: '123456', accountNumber: number, iban: null })),
})
const juniper = bank('juniper', {
  institution: 'ob-juniper',
  institutionName: 'Juniper',
  accounts: [account('j', '99999999')],
})

test('a bank that holds the same accounts is replaced, and the matches of those go over', () => {
  const arrival = arrivalOf([bank('before'), juniper], arriving('11111111', '33333333'))
  expect(arrival).toEqual({
    others: 1,
    replaces: ['before'],
    kept: [{ from: 'a', to: 'new 11111111' }],
    matchedBefore: 1,
    added: 1,
    missing: ['b'],
    isMatched: false,
  })
  expect(arrivalOf([bank('before'), juniper], arriving('11111111')).isMatched).toBe(true)
})

test('another sign-in at the same bank is one more, unless the access to it was lost', () => {
  expect(arrivalOf([bank('before')], arriving('33333333'))).toMatchObject({ others: 1, replaces: [], added: 0 })
  const lost = bank('before', { state: 'lost' })
  expect(arrivalOf([lost], arriving('33333333'))).toMatchObject({ others: 0, replaces: ['before'], added: 1 })
  expect(arrivalOf([{ ...juniper, state: 'lost' }], arriving('33333333'))).toMatchObject({ others: 1, replaces: [] })
})

test('an account is known by its IBAN where it has no number, and one without either is never the same', () => {
  const iban = (id: string, text: string | null) => ({ id, sortCode: null, accountNumber: null, iban: text })
  const before = bank('before', { accounts: [account('a', null, true, 'IE29 AIBK 9311 5212 3456 78')] })
  const anew = { ...arriving(), accounts: [iban('new', 'ie29aibk93115212345678')] }
  expect(arrivalOf([before], anew).kept).toEqual([{ from: 'a', to: 'new' }])
  const nameless = bank('before', { accounts: [account('a', null)] })
  expect(arrivalOf([nameless], { ...arriving(), accounts: [iban('new', null)] }).replaces).toEqual([])
})

test('an account before is missing unless it is there, or may be a new one that numbers do not tell from it', () => {
  const before = bank('before', { accounts: [account('a', '11111111'), account('b', '22222222'), account('c', null)] })
  expect(arrivalOf([before], arriving('11111111')).missing).toEqual(['b', 'c'])
  expect(arrivalOf([before], arriving('11111111', '33333333')).missing).toEqual(['b'])
  const nameless = {
    ...arriving('11111111'),
    accounts: [...arriving('11111111').accounts, { id: 'new', sortCode: null, accountNumber: null, iban: null }],
  }
  expect(arrivalOf([before], nameless).missing).toEqual([])
  expect(arrivalOf([juniper], arriving('11111111')).missing).toEqual([])
})

test('an account that is missing already keeps no bank from being matched', () => {
  const other = bank('other', {
    accounts: [account('x', '44444444'), { ...account('y', '55555555', false), isMissing: true }],
  })
  expect(arrivalOf([bank('before'), other], arriving('11111111')).isMatched).toBe(true)
})
