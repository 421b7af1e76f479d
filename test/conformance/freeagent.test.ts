import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failureOf } from '../providers/failureOf.ts'
import { type LedgerSide, startLedgerSide } from './ledgerSide.ts'

// The rows of the contract's last table, checked against the sandbox's FreeAgent.

let ledger: LedgerSide
beforeAll(async () => {
  ledger = await startLedgerSide('freeagent')
})
afterAll(() => ledger?.side.stop())

describe('FreeAgent', () => {
  test('first connection', { meta: { outcome: 'success' } }, async () => {
    const of = await ledger.client('Harbour Bakery Ltd')
    const organisation = await ledger.organisation({ name: 'Harbour Bakery Ltd', registrationNumber: '01234567' })
    expect(await ledger.connect(of, ledger.person(), organisation)).toMatchObject({ is: 'connected' })
    const { tokens } = await ledger.signedInAt(organisation)
    expect(await ledger.connector.organisation(tokens, organisation)).toEqual({
      name: 'Harbour Bakery Ltd',
      companyNumber: '01234567',
    })
  })

  test('wrong organisation: of the same name, under another company number', {
    meta: { outcome: 'wrong organisation' },
  }, async () => {
    const number = (of: { id: string }) => ledger.side.owner`
      UPDATE organisation SET companies_house_number = '01234567'
      WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${of.id})`
    const of = await ledger.client('Namesake Ltd')
    await number(of)
    const namesake = await ledger.organisation({ name: 'Namesake Ltd', registrationNumber: '07654321' })
    const asked = { is: 'check', chosen: { name: 'Namesake Ltd (company number 07654321)' } }
    expect(await ledger.connect(of, ledger.person(), namesake)).toMatchObject(asked)
    expect(await ledger.connections(of)).toEqual([])
    // Another name under the same number is the same company.
    const renamed = await ledger.client('Before It Was Renamed Ltd')
    await number(renamed)
    const organisation = await ledger.organisation({ name: 'Quayside Holdings', registrationNumber: '1234567' })
    expect(await ledger.connect(renamed, ledger.person(), organisation)).toMatchObject({ is: 'connected' })
  })

  test('wrong state', async () => {
    const { code, ...returned } = await ledger.consent(await ledger.twin.organisation('Foreign State Ltd'))
    const back = await fetch(
      `${ledger.side.publicUrl}/connect/return?${new URLSearchParams({ code, state: 'foreign' })}`,
    )
    expect(await back.text()).toContain('You can close this page')
    // Nothing was exchanged: the code still is worth something.
    expect(await ledger.connector.exchange({ code, ...returned })).toMatchObject({ subject: expect.any(String) })
  })

  test('code too late or reused', async () => {
    const { user, ...returned } = await ledger.consent(await ledger.twin.organisation('Late Ltd'))
    await ledger.age(user, 15 * 60_000)
    expect(await failureOf(ledger.connector.exchange(returned))).toMatchObject({ kind: 'ended' })
  })

  test('rotation', async () => {
    const { tokens } = await ledger.signedIn('Rotating Ltd')
    const fresh = await ledger.connector.refresh(tokens)
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken)
    expect(fresh.subject).toBe(tokens.subject)
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
  })

  test('lifetime changed', async () => {
    const { tokens } = await ledger.signedIn('Brief Ltd')
    await ledger.fault('brief', 'refresh', tokens.refreshToken)
    const { expiresAt } = await ledger.connector.refresh(tokens)
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(600_000)
  })

  test('level too low', async () => {
    const [of, user] = [await ledger.client('Low Level Ltd'), ledger.person()]
    const organisation = await ledger.twin.organisation('Low Level Ltd')
    await ledger.fault('level', 'accounts', null)
    const words = expect.stringContaining('level 6, Banking')
    expect(await ledger.connect(of, user, organisation)).toMatchObject({ is: 'failed', reason: 'permission', words })
    // The company is connected, and its accounts are not permitted.
    expect(await ledger.connections(of)).toMatchObject([{ state: 'lost', health: 'permission', last_error: words }])
    expect(await ledger.side.step(of.id, 'books')).toMatchObject({
      ...{ done_at: null, reason: 'permission', last_error: words },
    })
    const [denied] = (await ledger.side.events(of.id)).filter(({ kind }) => kind === 'books_connected')
    expect(denied?.data).toMatchObject({ accounts: 0, denied: true })
    // Signing in again with more rights repairs it.
    expect(await ledger.connect(of, user, organisation)).toMatchObject({ is: 'connected' })
    expect(await ledger.connections(of)).toMatchObject([
      { state: 'replaced' },
      { state: 'connected', health: 'working', last_error: null },
    ])
    expect(await ledger.side.step(of.id, 'books')).toMatchObject({ done_at: expect.any(Date), reason: null })
  })

  test('level raised at FreeAgent: the next look finds the accounts', async () => {
    const of = await ledger.client('Raised Level Ltd')
    await ledger.fault('level', 'accounts', null)
    await ledger.connect(of, ledger.person(), await ledger.twin.organisation('Raised Level Ltd'))
    const { practiceId } = of.target
    expect(await ledger.look(of)).toEqual([])
    expect(await ledger.connections(of)).toMatchObject([{ state: 'connected', health: 'working' }])
    expect(await ledger.side.step(of.id, 'books')).toMatchObject({ done_at: expect.any(Date) })
    const accounts = await ledger.side
      .owner`SELECT a.name FROM connection_account a JOIN connection c ON c.id = a.connection_id
      WHERE c.onboarding_id = ${of.id} AND c.practice_id = ${practiceId}`
    expect(accounts.map(({ name }) => name)).toEqual(['Current'])
  })

  test('app removed', { meta: { outcome: 'revoked elsewhere' } }, async () => {
    const { tokens, organisation } = await ledger.signedIn('Removed Ltd')
    await ledger.fault('disconnected', 'accounts', null)
    expect(await failureOf(ledger.connector.bankAccounts(tokens, organisation))).toMatchObject({ kind: 'stale_token' })
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({ kind: 'ended' })
  })

  test('throttled', { meta: { outcome: '429' } }, async () => {
    const { tokens, organisation } = await ledger.signedIn('Busy Ltd')
    await ledger.fault('rate_limited', 'accounts', null, { retryAfterSeconds: 60 })
    expect(await failureOf(ledger.connector.bankAccounts(tokens, organisation))).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 60_000,
    })
  })

  test('refresh limit', async () => {
    let { tokens } = await ledger.signedIn('Sixteen Ltd')
    for (let n = 0; n < 15; n += 1) tokens = await ledger.connector.refresh(tokens)
    expect(await failureOf(ledger.connector.refresh(tokens))).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 60_000,
    })
  })

  test('no User-Agent: the twin refuses it', async () => {
    const address = `${ledger.side.sandbox.url}/freeagent/v2/company`
    expect((await fetch(address)).status).toBe(400)
    expect((await fetch(address, { headers: { 'user-agent': 'Embark' } })).status).toBe(401)
  })

  test('101 accounts', async () => {
    const bankAccounts = Array.from({ length: 101 }, (_, n) => ({ name: `Account ${n}` }))
    const { tokens, organisation } = await ledger.signedInAt(
      await ledger.organisation({ name: 'Many Ltd', bankAccounts }),
    )
    expect(await ledger.connector.bankAccounts(tokens, organisation)).toHaveLength(101)
    await ledger.fault('foreign_link', 'accounts', null)
    expect(await ledger.connector.bankAccounts(tokens, organisation)).toHaveLength(100)
  })

  test('other company of the same person', async () => {
    const user = ledger.person()
    const [first, second] = [await ledger.signedIn('One Ltd', user), await ledger.signedIn('Two Ltd', user)]
    expect(await failureOf(ledger.connector.organisation(first.tokens, second.organisation))).toMatchObject({
      kind: 'ended',
    })
    expect((await ledger.connector.organisation(second.tokens, second.organisation)).name).toBe('Two Ltd')
  })

  test('hidden account, credit card', async () => {
    const bankAccounts = [{ name: 'Current' }, { name: 'Old', isHidden: true }, { name: 'Card', kind: 'card' }]
    const { tokens, organisation } = await ledger.signedInAt(
      await ledger.organisation({ name: 'Hidden Ltd', bankAccounts }),
    )
    expect((await ledger.connector.bankAccounts(tokens, organisation)).map(({ name }) => name)).toEqual(['Current'])
  })
})
