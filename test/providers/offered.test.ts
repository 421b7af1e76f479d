import { expect, test } from 'vitest'
import type { BankConnector } from '../../providers/bank/bank.ts'
import { offeredBanks } from '../../providers/bank/offered.ts'

const connector = (name: string, banks: Record<string, string> | null): BankConnector =>
  ({
    name,
    banks: () =>
      banks === null
        ? Promise.reject(new Error('away'))
        : Promise.resolve(Object.entries(banks).map(([id, called]) => ({ id, name: called }))),
  }) as unknown as BankConnector

const waysOf = async (...connectors: BankConnector[]) =>
  (await offeredBanks(connectors, 1_000))?.map(({ id, name, routes }) => [
    id,
    name,
    routes.map(({ provider, institution }) => `${provider} ${institution}`).join(', '),
  ])

test('a bank of two providers is one bank, under the name and id of the first', async () => {
  const first = connector('a', { a1: 'HSBC UK', a2: 'Royal Bank of Scotland', a3: 'Bank of Scotland' })
  const second = connector('b', { b1: 'HSBC (UK) Bank plc', b2: 'The Royal Bank of Scotland', b4: 'Monzo' })
  expect(await waysOf(first, second)).toEqual([
    ['a3', 'Bank of Scotland', 'a a3'],
    ['a1', 'HSBC UK', 'a a1, b b1'],
    ['b4', 'Monzo', 'b b4'],
    ['a2', 'Royal Bank of Scotland', 'a a2, b b2'],
  ])
})

test('a bank’s entries for people and for businesses stay apart, and so do two of one provider', async () => {
  const first = connector('a', { a1: 'Lloyds', a2: 'Lloyds Business', a3: 'Lloyds Bank' })
  const second = connector('b', { b1: 'Lloyds Bank', b2: 'Lloyds Bank Business' })
  expect(await waysOf(first, second)).toEqual([
    ['a1', 'Lloyds', 'a a1, b b1'],
    ['a3', 'Lloyds Bank', 'a a3'],
    ['a2', 'Lloyds Business', 'a a2, b b2'],
  ])
})

test('a provider that does not answer covers no bank; without any there is no list', async () => {
  const some = connector('b', { b1: 'Monzo' })
  expect(await waysOf(connector('a', null), some)).toEqual([['b1', 'Monzo', 'b b1']])
  const slow = { name: 'a', banks: () => new Promise(() => undefined) } as unknown as BankConnector
  expect((await offeredBanks([slow, some], 20))?.map(({ id }) => id)).toEqual(['b1'])
  expect(await offeredBanks([connector('a', null)], 1_000)).toBeNull()
})
