import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StaffApi, startStaffApi } from '../staffHarness.ts'

let api: StaffApi
beforeAll(async () => {
  api = await startStaffApi()
})
afterAll(() => api?.stop())

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
    const { id, organisation } = await api.create()
    const { bank, ledger, bankAccounts, ledgerAccounts } = await connectBoth(id, organisation.id)
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
    const { id, organisation } = await api.create()
    const { ledger, bankAccounts } = await connectBoth(id, organisation.id)
    await api.owner`UPDATE connection SET state = 'disconnected' WHERE onboarding_id = ${id} AND kind = 'bank'`
    const answer = await api.post(`connections/${ledger}/mapping`, {
      matches: [{ bankAccount: bankAccounts[0], ledgerAccount: null }],
    })
    expect(answer.status).toBe(422)
  })
})

/** Connects bank and books in the database and the steps, as returns from providers do. */
async function connectBoth(id: string, organisationId: string) {
  const { owner } = api
  const connect = async (kind: 'bank' | 'books', accounts: Record<string, string>[]) => {
    const [session] = await owner<{ id: string }[]>`
      INSERT INTO auth_session (practice_id, onboarding_id, step, provider, opened_by, status, status_at, created_at, expires_at)
      VALUES (${api.practice.id}, ${id}, ${kind}, 'test', 'practice', 'done', now(), now(), now()) RETURNING id`
    const [row] = await owner<{ id: string }[]>`
      INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, institution_name,
        external_id, tenant_id, tenant_name, state, consent_given_at, created_at)
      VALUES (${api.practice.id}, ${id}, ${organisationId}, ${session!.id}, ${kind}, 'test', 'Bank A', ${session!.id},
        ${kind === 'books' ? session!.id : null}, ${kind === 'books' ? 'Harbour Bakery' : null}, 'connected', now(), now())
      RETURNING id`
    const ids: string[] = []
    for (const account of accounts) {
      const [made] = await owner<{ id: string }[]>`
        INSERT INTO connection_account ${owner({ practice_id: api.practice.id, connection_id: row!.id, ...account })}
        RETURNING id`
      ids.push(made!.id)
    }
    await api.post(`onboardings/${id}/steps/${kind}/complete`, { evidence: 'Connected.' })
    return { connection: row!.id, ids }
  }
  const bank = await connect('bank', [
    { external_id: '1', name: 'Current', sort_code: '123456', account_number: '12345678' },
    { external_id: '2', name: 'Savings', sort_code: '123456', account_number: '87654321' },
  ])
  const books = await connect('books', [
    { external_id: '1', name: 'Main account', account_number: '12-34-56 12345678' },
  ])
  return {
    bank: bank.connection,
    ledger: books.connection,
    bankAccounts: bank.ids,
    ledgerAccounts: books.ids,
  }
}
