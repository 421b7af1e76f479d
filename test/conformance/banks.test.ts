import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { failureOf } from '../providers/failureOf.ts'
import { BANK_TWINS, type BankTwin, type Sandbox, setUpFor } from './twins.ts'

// What every bank provider's connector promises (`providers/bank/bank.ts`), against its twin in the sandbox. What a
// contract says of one provider alone stands in a file of its own.

const returnUrl = 'http://127.0.0.1:3999/connect/return?state=opaque-state'
/** The address of the person who waits for an answer. */
const PERSON = '203.0.113.7'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await againstSandbox()
  await sandbox.control('setup', { truelayer: { returnUris: ['http://127.0.0.1:3999/connect/return'] } })
})
afterAll(() => sandbox?.close())

test('every bank provider that Embark is set up for has its twin here', async () => {
  expect((await setUpFor(sandbox)).banks).toEqual(Object.keys(BANK_TWINS).sort())
})

describe.each(Object.entries(BANK_TWINS))('bank: %s', (name, twinOf) => {
  let twin: BankTwin
  beforeAll(() => {
    twin = twinOf(sandbox)
  })

  const request = async () => ({
    sessionId: randomUUID(),
    bankId: (await twin.connector().banks())[0]?.id ?? null,
    returnUrl,
    user: { id: randomUUID(), name: 'Jo Baker', email: 'jo@harbour.example', phone: null },
  })
  /** Goes through a session. Returns its id at the provider and where the browser comes back. */
  async function visit(action: string) {
    const { externalId, redirectUrl } = await twin.connector().start(await request())
    return { externalId, redirectUrl, back: await twin.decide(redirectUrl, action) }
  }
  const accountsOf = async (externalId: string) => {
    const status = await twin.connector().status(externalId, PERSON)
    return status.state === 'authorised' ? status.accounts : []
  }

  test('says who it is, and has what it says it can', () => {
    const connector = twin.connector()
    expect(connector.name).toBe(name)
    for (const said of [connector.label, connector.legalName, connector.registrationNumber]) expect(said).toBeTruthy()
    expect(connector.accessDays).toBeGreaterThan(0)
    expect(connector.revoke !== undefined).toBe(connector.can.revoke)
    expect(connector.readWebhook !== undefined).toBe(connector.can.webhook)
    expect(connector.browserOrigins.map((one) => new URL(one).origin)).toEqual(connector.browserOrigins)
  })

  test('banks on offer, by name', async () => {
    const names = (await twin.connector().banks()).map((bank) => bank.name)
    expect(names.length).toBeGreaterThan(1)
    expect(names).toEqual(names.toSorted((one, other) => one.localeCompare(other, 'en-GB')))
  })

  test('approved: the browser comes back to us, and the accounts are whole', async () => {
    const { externalId, redirectUrl } = await twin.connector().start(await request())
    expect(twin.connector().browserOrigins).toContain(new URL(redirectUrl).origin)
    expect(await twin.connector().status(externalId, PERSON)).toEqual({ state: 'pending' })
    const back = await twin.decide(redirectUrl, 'approve')
    expect(back.href.startsWith(returnUrl.split('?')[0] ?? '')).toBe(true)
    if (twin.connector().returnForm === 'query') expect(back.searchParams.get('state')).toBe('opaque-state')
    const accounts = await accountsOf(externalId)
    expect(accounts.length).toBeGreaterThan(0)
    for (const { sortCode, accountNumber, currency, name: called } of accounts) {
      expect([sortCode, accountNumber, currency]).toEqual([
        expect.stringMatching(/^\d{6}$/),
        expect.stringMatching(/^\d{8}$/),
        'GBP',
      ])
      expect(called).toBeTruthy()
    }
    expect(new Set(accounts.map((one) => one.externalId)).size).toBe(accounts.length)
  })

  test('not done, or not told: no status but pending', async () => {
    for (const action of twin.unfinished) {
      const { externalId } = await visit(action)
      expect([action, await twin.connector().status(externalId, PERSON)]).toEqual([action, { state: 'pending' }])
    }
  })

  test('no account ticked', async () => {
    const { externalId } = await visit('approve_no_accounts')
    const status = await twin.connector().status(externalId, PERSON)
    expect(status).toMatchObject({ state: 'authorised', accounts: [] })
  })

  test('unknown session: a failure, which says nothing about it', async () => {
    expect(await failureOf(twin.connector().status(randomUUID(), PERSON))).toMatchObject({ kind: 'refused' })
  })

  test('credentials wrong', async () => {
    expect(await failureOf(twin.stranger().start(await request()))).toMatchObject({ kind: 'misconfigured' })
  })

  test('rate_limited', async () => {
    const { externalId } = await visit('approve')
    await twin.fault('rate_limited', externalId, { retryAfterSeconds: 20 })
    const asked = twin.connector().status(externalId, null)
    expect(await failureOf(asked)).toEqual({ kind: 'rate_limited', retryAfterMs: 20_000 })
  })

  test('one failure of the bank is read over, three are an outage', async () => {
    const { externalId } = await visit('approve')
    await twin.fault('bank_down', externalId)
    expect(await accountsOf(externalId)).not.toHaveLength(0)
    await twin.fault('bank_down', externalId, { times: 3 })
    expect(await failureOf(twin.connector().status(externalId, PERSON))).toMatchObject({ kind: 'unavailable' })
  })
})
