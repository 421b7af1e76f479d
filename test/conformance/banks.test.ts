import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BankSessionStatus } from '../../providers/bank/bank.ts'
import type { Provider } from '../../sandbox/faults.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { failureOf } from '../providers/failureOf.ts'
import { withoutSecret } from '../providers/withoutSecret.ts'
import { BANK_TWINS, type BankTwin, setUpFor } from './twins.ts'

// The suite of every bank connector (`providers/bank/bank.ts`), against its twin in the sandbox. What a
// contract says of one provider alone stands in a file of its own.

const returnUrl = 'http://127.0.0.1:3999/connect/return?state=opaque-state'
/** The address of the person who waits for an answer. */
const PERSON = '203.0.113.7'

const sandbox = forFile(againstSandbox)
beforeAll(async () => {
  await sandbox.control('setup', { truelayer: { returnUris: ['http://127.0.0.1:3999/connect/return'] } })
})

test('every bank provider that Embark is set up for has its twin here', async () => {
  expect((await setUpFor(sandbox)).banks).toEqual(Object.keys(BANK_TWINS).sort())
})

describe.each(Object.entries(BANK_TWINS))('bank: %s', (name, twinOf) => {
  let twin: BankTwin
  beforeAll(() => {
    twin = twinOf(sandbox)
  })

  const provider = name as Provider

  const request = async () => ({
    sessionId: randomUUID(),
    bankId: (await twin.connector().banks())[0]?.id ?? null,
    returnUrl,
    hookUrl: 'http://127.0.0.1:1/hooks/any',
    practiceName: 'Marsh & Lowe',
    user: { id: randomUUID(), name: 'Jo Baker', email: 'jo@harbour.example', phone: null },
  })
  /** Goes through a session. Returns its id at the provider and where the browser comes back. */
  async function visit(action: string) {
    const { externalId, redirectUrl } = await twin.connector().start(await request())
    return { externalId, redirectUrl, back: await twin.decide(redirectUrl, action) }
  }
  /** Asks for a session's status, and takes its access first where the approval gives one to take. */
  async function statusOf(externalId: string, userIp: string | null = PERSON) {
    const connector = twin.connector()
    const status = await connector.status(withoutSecret(externalId), userIp)
    const access = status.state === 'approved' ? await connector.takeAccess?.(externalId) : null
    if (!access) return status
    const read = () => connector.status(access, userIp)
    // The access can be taken once, and is a secret.
    expect(await connector.takeAccess?.(externalId)).toBeNull()
    connections.set(externalId, access.externalId)
    taken.set(externalId, read)
    return read()
  }
  const taken = new Map<string, () => Promise<BankSessionStatus>>()
  /** The ids of the connections that sessions became, where they have one of their own. */
  const connections = new Map<string, string>()
  /** Reads an authorised session again. */
  const again = (externalId: string, userIp: string | null = PERSON) =>
    taken.get(externalId)?.() ?? twin.connector().status(withoutSecret(externalId), userIp)
  const accountsOf = async (status: Promise<BankSessionStatus>) => {
    const read = await status
    return read.state === 'authorised' ? read.accounts : []
  }

  test('says who it is, and has what it says it can', () => {
    const connector = twin.connector()
    expect(connector.name).toBe(name)
    for (const said of [connector.label, connector.legalName, connector.registrationNumber]) expect(said).toBeTruthy()
    expect(connector.accessDays).toBeGreaterThan(0)
    expect(connector.country).toBe('GB')
    expect(connector.polling.afterMs.length).toBeLessThan(connector.polling.most)
    expect(connector.revoke !== undefined).toBe(connector.can.revoke)
    expect(connector.browserOrigins.map((one) => new URL(one).origin)).toEqual(connector.browserOrigins)
  })

  test('banks on offer, by name', async () => {
    const names = (await twin.connector().banks()).map((bank) => bank.name)
    expect(names.length).toBeGreaterThan(1)
    expect(names).toEqual(names.toSorted((one, other) => one.localeCompare(other, 'en-GB')))
  })

  test('approved: the browser comes back to us, and the accounts are whole', {
    meta: { outcome: 'success' },
  }, async () => {
    const { externalId, redirectUrl } = await twin.connector().start(await request())
    expect(twin.connector().browserOrigins).toContain(new URL(redirectUrl).origin)
    expect(await statusOf(externalId)).toEqual({ state: 'pending' })
    const back = await twin.decide(redirectUrl, 'approve')
    expect(back.href.startsWith(returnUrl.split('?')[0] ?? '')).toBe(true)
    if (twin.connector().returnForm === 'query') expect(back.searchParams.get('state')).toBe('opaque-state')
    const accounts = await accountsOf(statusOf(externalId))
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

  test('not done: pending, or the reason where the provider tells it', { meta: { outcome: 'denial' } }, async () => {
    for (const [action, family] of Object.entries(twin.unfinished)) {
      const { externalId } = await visit(action)
      const expected = family === null ? { state: 'pending' } : { state: 'failed', failure: { family } }
      expect([action, await statusOf(externalId)]).toMatchObject([action, expected])
    }
  })

  test('no account ticked', async () => {
    const { externalId } = await visit('approve_no_accounts')
    expect(await statusOf(externalId)).toMatchObject(twin.withoutAccounts)
  })

  test('an account that the bank closed is in no answer, and in every one once it is open again', async () => {
    const { externalId } = await visit('approve')
    const before = await accountsOf(statusOf(externalId))
    const connection = connections.get(externalId) ?? externalId
    await twin.account(connection, 'close_account')
    const ids = async () => (await accountsOf(again(externalId))).map((one) => one.externalId)
    expect(await ids()).toEqual(before.slice(0, -1).map((one) => one.externalId))
    await twin.account(connection, 'open_account')
    expect(await ids()).toEqual(before.map((one) => one.externalId))
  })

  test('unknown session: nothing that could be stored', async () => {
    const asked = statusOf(randomUUID()).catch((error: unknown) => error)
    expect(await asked).toMatchObject(twin.unknown)
  })

  test('credentials wrong', { meta: { outcome: 'credentials refused' } }, async () => {
    expect(await failureOf(twin.stranger().start(await request()))).toMatchObject({ kind: 'misconfigured' })
  })

  test('rate_limited', { meta: { outcome: '429' } }, async () => {
    const { externalId } = await visit('approve')
    await statusOf(externalId)
    await twin.fault('rate_limited', externalId, { retryAfterSeconds: 20 })
    expect(await failureOf(again(externalId, null))).toEqual({ kind: 'rate_limited', retryAfterMs: twin.pauseMs })
  })

  test('no answer, before or after the effect: nothing is taken for ended', {
    meta: { outcome: ['time-out before effect', 'time-out after effect'] },
  }, async () => {
    for (const kind of ['hang_before', 'timeout_after_accept']) {
      await sandbox.fault({ provider, operation: 'create', kind, delayMs: 50 })
      expect(await failureOf(twin.connector().start(await request()))).toMatchObject({ kind: 'unavailable' })
      const { externalId } = await visit('approve')
      await statusOf(externalId)
      await sandbox.fault({ provider, operation: 'accounts', kind, delayMs: 50, times: 3 })
      expect(await failureOf(again(externalId))).toMatchObject({ kind: 'unavailable' })
      expect(await accountsOf(again(externalId))).not.toHaveLength(0)
    }
  })

  test('an answer in another form than documented is an outage', { meta: { outcome: 'malformed' } }, async () => {
    await sandbox.fault({ provider, operation: 'create', kind: 'malformed' })
    expect(await failureOf(twin.connector().start(await request()))).toMatchObject({ kind: 'unavailable' })
    const { externalId } = await visit('approve')
    await statusOf(externalId)
    await sandbox.fault({ provider, operation: 'accounts', kind: 'malformed' })
    expect(await failureOf(again(externalId))).toMatchObject({ kind: 'unavailable' })
    expect(await accountsOf(again(externalId))).not.toHaveLength(0)
  })

  test('fields that no contract names change nothing', { meta: { outcome: 'extra fields' } }, async () => {
    await sandbox.fault({ provider, kind: 'extra_fields', times: -1 })
    try {
      expect((await twin.connector().banks()).length).toBeGreaterThan(1)
      const { externalId } = await visit('approve')
      expect((await accountsOf(statusOf(externalId))).length).toBeGreaterThan(0)
    } finally {
      await fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' })
    }
  })

  test('one failure of the bank is read over, three are an outage', { meta: { outcome: 'outage' } }, async () => {
    const { externalId } = await visit('approve')
    await statusOf(externalId)
    await twin.fault('bank_down', externalId)
    expect(await accountsOf(again(externalId))).not.toHaveLength(0)
    await twin.fault('bank_down', externalId, { times: 3 })
    expect(await failureOf(again(externalId))).toMatchObject({ kind: 'unavailable' })
  })
})
