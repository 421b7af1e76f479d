import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { writeConnection } from '../../writtenConnection.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

describe('connections', () => {
  test('the books are connected through a page of ours', async () => {
    const { id } = await api.create()
    const opened = await api.post(`onboardings/${id}/connections`, { step: 'books', provider: 'xero' })
    expect(opened.status).toBe(201)
    expect(opened.body.url).toMatch(new RegExp(`^${api.url}/connect/[0-9a-f-]{36}$`))
    const [session] = await api.owner`SELECT * FROM auth_session WHERE onboarding_id = ${id}`
    expect(session).toMatchObject({ step: 'books', provider: 'xero', opened_by: 'practice', status: 'pending' })
    await api.post(`onboardings/${id}/steps/books/skip`)
    const refused = await api.post(`onboardings/${id}/connections`, { step: 'books', provider: 'xero' })
    expect([refused.status, refused.body.code]).toEqual([409, 'not_allowed'])
  })

  test('accounts are suggested, matched all at once, and matched again', async () => {
    const { id } = await api.create()
    const { bank, ledger, bankAccounts, ledgerAccounts } = await connectBoth(id)
    const { body } = await api.call(`onboardings/${id}`)
    expect(body.suggestions).toEqual([
      { bankAccount: bankAccounts[0], ledgerAccount: ledgerAccounts[0], because: 'number' },
      { bankAccount: bankAccounts[1], ledgerAccount: null, because: null },
    ])
    expect(body.connections).toMatchObject([
      { kind: 'bank', accounts: [{ numberEnding: '5678', sortCode: '123456' }, {}] },
      { kind: 'books', institution: 'Harbour Bakery' },
    ])
    const save = (matches: unknown[], connection = ledger) => api.post(`connections/${connection}/mapping`, { matches })
    const pair = { bankAccount: bankAccounts[0], ledgerAccount: ledgerAccounts[0] }
    const none = { bankAccount: bankAccounts[1], ledgerAccount: null }
    const wrong = [
      [[pair], 'missing', 'matches'],
      [[pair, { ...none, ledgerAccount: ledgerAccounts[0] }], 'matched_twice', 'matches[1].ledgerAccount'],
      [[pair, { bankAccount: id, ledgerAccount: null }], 'unknown_bank_account', 'matches[1].bankAccount'],
      [[pair, { ...none, ledgerAccount: bankAccounts[0] }], 'unknown_ledger_account', 'matches[1].ledgerAccount'],
    ] as const
    for (const [matches, code, field] of wrong) {
      const refused = await save([...matches])
      expect(refused.status, code).toBe(422)
      expect(refused.body.errors[0]).toMatchObject({ code, field })
    }
    const saved = await save([pair, none])
    expect(saved.status).toBe(200)
    expect(saved.body.mapping).toHaveLength(2)
    expect(saved.body.steps[2]).toMatchObject({ kind: 'mapping', state: 'done' })
    const changed = await save([{ ...pair, ledgerAccount: null }, none], bank)
    expect(changed.body.mapping.every((one: { ledgerAccount: null }) => one.ledgerAccount === null)).toBe(true)
  })

  test('matching steps that were marked done by hand has nothing to match', async () => {
    const { id } = await api.create()
    const ledger = await connect(id, 'books', [{ external_id: '1', name: 'Main account' }])
    await api.post(`onboardings/${id}/steps/bank/complete`, { evidence: 'Seen on paper.' })
    const answer = await api.post(`connections/${ledger.id}/mapping`, {
      matches: [{ bankAccount: randomUUID(), ledgerAccount: null }],
    })
    expect([answer.status, answer.body.code]).toEqual([409, 'not_allowed'])
  })
})

/** Connects a bank or books in the database and its step, as a return from the provider does. */
async function connect(id: string, kind: 'bank' | 'books', accounts: Record<string, string>[]) {
  const named = kind === 'books' ? { tenant_name: 'Harbour Bakery' } : {}
  const columns = { provider: 'test', institution_name: 'Bank A', ...named }
  const made = await writeConnection(api.owner, id, kind, columns, accounts)
  await api.post(`onboardings/${id}/steps/${kind}/complete`, { evidence: 'Connected.' })
  return made
}

async function connectBoth(id: string) {
  const bank = await connect(id, 'bank', [
    { external_id: '1', name: 'Current', sort_code: '123456', account_number: '12345678' },
    { external_id: '2', name: 'Savings', sort_code: '123456', account_number: '87654321' },
  ])
  const books = await connect(id, 'books', [
    { external_id: '1', name: 'Main account', account_number: '12-34-56 12345678' },
  ])
  return {
    bank: bank.id,
    ledger: books.id,
    bankAccounts: bank.accounts,
    ledgerAccounts: books.accounts,
  }
}
