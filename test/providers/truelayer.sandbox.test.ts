import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BankSessionRequest } from '../../providers/bank/bank.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from './againstSandbox.ts'
import { failureOf } from './failureOf.ts'
import { PERSON } from './truelayerScript.ts'
import { withoutSecret } from './withoutSecret.ts'

const sandbox = forFile(againstSandbox)
beforeAll(async () => {
  await sandbox.control('setup', { truelayer: { returnUris: ['http://127.0.0.1:3999/bank/return'] } })
})

const returnUrl = 'http://127.0.0.1:3999/bank/return?state=opaque-state'

async function request(more: Partial<BankSessionRequest> = {}): Promise<BankSessionRequest> {
  const [bank] = await sandbox.truelayer().banks()
  return {
    sessionId: randomUUID(),
    bankId: bank!.id,
    returnUrl,
    hookUrl: 'https://embark.example/hooks/any',
    practiceName: 'Marsh & Lowe',
    user: { id: randomUUID(), name: 'Jo Baker', email: 'jo@harbour.example', phone: null },
    ...more,
  }
}

/** Opens a session and decides on the hosted page. Returns the session's id and the redirect's address. */
async function visit(action: string, more: Partial<BankSessionRequest> = {}, fields: Record<string, string> = {}) {
  const { externalId, redirectUrl } = await sandbox.truelayer().start(await request(more))
  const page = await fetch(redirectUrl)
  expect(page.status).toBe(200)
  const { origin, pathname } = new URL(redirectUrl)
  return { externalId, landed: await sandbox.submit(`${origin}${pathname}/decide`, { action, ...fields }) }
}

const accountsOf = async (externalId: string) => {
  const status = await sandbox.truelayer().status(withoutSecret(externalId), PERSON)
  return status.state === 'authorised' ? status.accounts : []
}

describe('a bank session at TrueLayer', () => {
  it('is approved: the browser comes back to us, and the accounts are whole', async () => {
    const bank = sandbox.truelayer()
    const { externalId, redirectUrl } = await bank.start(await request())
    expect(redirectUrl).not.toContain(externalId)
    expect(await bank.status(withoutSecret(externalId), PERSON)).toEqual({ state: 'pending' })
    const { origin, pathname } = new URL(redirectUrl)
    const landed = await sandbox.submit(`${origin}${pathname}/decide`, { action: 'approve' })
    expect(new URL(landed).searchParams.get('state')).toBe('opaque-state')
    expect(landed.startsWith('http://127.0.0.1:3999/bank/return?')).toBe(true)
    const accounts = await accountsOf(externalId)
    expect(accounts.length).toBeGreaterThanOrEqual(2)
    for (const account of accounts) {
      expect(account.sortCode).toMatch(/^\d{6}$/)
      expect(account.accountNumber).toMatch(/^\d{8}$/)
      expect(account.name).toMatch(/^(Business|Personal) (current|savings) account$/)
      expect(account).toMatchObject({ holder: 'Jo Baker', currency: 'GBP' })
    }
    expect(new Set(accounts.map(({ externalId: id }) => id)).size).toBe(accounts.length)
  })

  it('lets the person choose the bank there', async () => {
    const banks = await sandbox.truelayer().banks()
    const { externalId } = await visit('approve', { bankId: null }, { provider_id: banks.at(-1)!.id })
    expect(await accountsOf(externalId)).not.toHaveLength(0)
  })
})

describe('when TrueLayer misbehaves', () => {
  it('uses a fresh token when the first no longer holds', async () => {
    const bank = sandbox.truelayer()
    const { externalId } = await bank.start(await request())
    await sandbox.fault({ provider: 'truelayer', operation: 'accounts', kind: 'token_expired', match: externalId })
    expect(await bank.status(withoutSecret(externalId), PERSON)).toEqual({ state: 'pending' })
  })

  it('sends nobody to an origin that was not configured', async () => {
    const wanted = await request()
    const bank = sandbox.truelayer({ hostedOrigin: 'https://app.truelayer.example' })
    expect(await failureOf(bank.start(wanted))).toMatchObject({ kind: 'misconfigured' })
  })

  it('waits as long as it is told', async () => {
    const wanted = await request()
    await sandbox.fault({
      provider: 'truelayer',
      operation: 'create',
      kind: 'rate_limited',
      match: wanted.sessionId,
      retryAfterSeconds: 4,
    })
    expect(await failureOf(sandbox.truelayer().start(wanted))).toEqual({ kind: 'rate_limited', retryAfterMs: 4_000 })
  })

  it('asks for the banks once, by name, and says so when it cannot get them', async () => {
    const bank = sandbox.truelayer()
    const banks = await bank.banks()
    expect(banks.map(({ name }) => name)).toEqual(
      banks.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b, 'en-GB')),
    )
    await sandbox.fault({ provider: 'truelayer', operation: 'providers', kind: 'server_error', times: 3 })
    expect(await bank.banks()).toEqual(banks)
    expect(await failureOf(sandbox.truelayer().banks())).toMatchObject({ kind: 'unavailable' })
  })
})
