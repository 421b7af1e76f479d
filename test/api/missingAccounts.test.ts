import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { forFile } from '../forFile.ts'
import { giveConsent } from '../giveConsent.ts'
import { writeConnection } from '../writtenConnection.ts'
import { startStaffApi } from './staffHarness.ts'

// Accounts of a bank that cannot be seen any more, as the practice sees them and takes them off.

const api = forFile(startStaffApi)

/** An accepted client whose bank shares one account and does not show the other any more, asked about it. */
async function gone() {
  const { id } = await api.create()
  await api.accept(id)
  const bank = await giveConsent(api.owner, id, { ends: 60, accounts: 2, asked: 0 })
  await api.owner`
    UPDATE connection_account SET missing_since = now() WHERE connection_id = ${bank} AND name = 'Savings account'`
  const [account] = await api.owner<{ id: string }[]>`
    SELECT id FROM connection_account WHERE connection_id = ${bank} AND missing_since IS NOT NULL`
  const shown = async () => {
    const { body } = await api.call(`onboardings/${id}`)
    const [{ accounts, missing, closed }] = body.connections
    const names = (list: { name: string }[]) => list.map(({ name }) => name)
    return { accounts: names(accounts), missing: names(missing), closed: names(closed) }
  }
  const asked = async () =>
    (await api.owner`SELECT FROM connection WHERE id = ${bank} AND asked_at IS NOT NULL`).count === 1
  const say = (how: 'close' | 'reopen', accounts = [account!.id]) =>
    api.post(`connections/${bank}/${how}-accounts`, { accounts })
  return { id, bank, account: account!.id, shown, asked, say }
}

const kindsOf = async (id: string) =>
  (
    await api.owner<{ kind: string; data: object }[]>`
      SELECT kind, data FROM event WHERE onboarding_id = ${id} AND kind LIKE 'accounts_%' ORDER BY seq`
  ).map(({ kind, data }) => [kind, data])

test('one that is closed is off for good, nobody is asked about it any more, and it can be taken back', async () => {
  const { id, shown, asked, say } = await gone()
  const missing = { accounts: ['Current account'], missing: ['Savings account'], closed: [] }
  expect(await shown()).toEqual(missing)
  expect((await say('close')).status).toBe(200)
  expect(await shown()).toEqual({ accounts: ['Current account'], missing: [], closed: ['Savings account'] })
  expect(await asked()).toBe(false)
  expect((await say('close')).status).toBe(200)
  expect(await kindsOf(id)).toEqual([['accounts_closed', { accounts: 1 }]])
  expect((await say('reopen')).status).toBe(200)
  expect(await shown()).toEqual(missing)
  expect((await kindsOf(id)).at(-1)).toEqual(['accounts_reopened', { accounts: 1 }])
})

test('one that is closed and that its bank shows again is shared again once it is reopened', async () => {
  const { id, bank, account, shown, say } = await gone()
  await say('close')
  await api.owner`UPDATE connection_account SET is_seen_again = true WHERE id = ${account}`
  const { body } = await api.call(`onboardings/${id}`)
  expect(body.connections[0].closed).toEqual([expect.objectContaining({ id: account, isSeenAgain: true })])
  expect((await shown()).accounts).toEqual(['Current account'])
  expect((await say('reopen')).status).toBe(200)
  expect(await shown()).toEqual({ accounts: ['Current account', 'Savings account'], missing: [], closed: [] })
  expect((await kindsOf(id)).at(-1)).toEqual(['accounts_reopened', { accounts: 1 }])
  expect((await api.post(`connections/${bank}/reopen-accounts`, { accounts: [account] })).status).toBe(422)
})

test('an access that ends soon is asked about on, whatever is closed', async () => {
  const { bank, asked, say } = await gone()
  await api.owner`UPDATE connection SET access_until = now() + interval '9 days' WHERE id = ${bank}`
  await say('close')
  expect(await asked()).toBe(true)
})

test('a refusal says in words what cannot be done and what can, at a cancelled client', async () => {
  const { id, say } = await gone()
  await api.post(`onboardings/${id}/cancel`, { reason: 'left' })
  for (const [how, does] of [
    ['close', 'say that its accounts are closed'],
    ['reopen', 'reopen its accounts'],
  ] as const) {
    const { status, body } = await say(how)
    expect([status, body.code]).toEqual([409, 'not_allowed'])
    expect(body.detail).toMatch(new RegExp(`is cancelled, so you can't ${does}\\. You can: .+\\.$`))
  }
})

test('an account that is shared, of another bank or of nobody is refused at its field', async () => {
  const { bank, say } = await gone()
  const [shared] = await api.owner<{ id: string }[]>`
    SELECT id FROM connection_account WHERE connection_id = ${bank} AND missing_since IS NULL`
  const other = await gone()
  for (const account of [shared!.id, other.account, randomUUID()]) {
    for (const how of ['close', 'reopen'] as const) {
      const { status, body } = await say(how, [account])
      expect([status, body.errors]).toEqual([
        422,
        [expect.objectContaining({ field: 'accounts', code: 'not_an_option' })],
      ])
    }
  }
})

test('matching anew keeps the match of an account that is missing, unless another one has its ledger account now', async () => {
  const { id, bank, account } = await gone()
  const accounts = ['1', '2'].map((n) => ({ external_id: n, name: n }))
  const books = await writeConnection(api.owner, id, 'books', { provider: 'test' }, accounts)
  const [one = '', two = ''] = books.accounts
  await api.owner`UPDATE onboarding_step SET done_at = now(), started_at = now() WHERE onboarding_id = ${id} AND kind <> 'mapping'`
  await api.owner`INSERT INTO account_mapping (practice_id, onboarding_id, bank_account_id, ledger_account_id)
    VALUES (${api.practice.id}, ${id}, ${account}, ${one})`
  const [shared] = await api.owner<{ id: string }[]>`
    SELECT id FROM connection_account WHERE connection_id = ${bank} AND missing_since IS NULL`
  const match = (ledgerAccount: string) =>
    api.post(`connections/${bank}/mapping`, { matches: [{ bankAccount: shared!.id, ledgerAccount }] })
  const matches = () => api.owner<{ is: string }[]>`
    SELECT CASE bank_account_id WHEN ${account} THEN 'missing' ELSE 'shared' END AS is FROM account_mapping
    WHERE onboarding_id = ${id} ORDER BY 1`
  expect((await match(two)).status).toBe(200)
  expect((await matches()).map(({ is }) => is)).toEqual(['missing', 'shared'])
  expect((await match(one)).status).toBe(200)
  expect((await matches()).map(({ is }) => is)).toEqual(['shared'])
})
