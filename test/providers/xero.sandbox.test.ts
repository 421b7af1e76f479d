import { describe, expect, it } from 'vitest'
import type { LedgerTokens } from '../../providers/ledger/ledger.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from './againstSandbox.ts'
import { failureOf } from './failureOf.ts'

const sandbox = forFile(againstSandbox)

const redirectUrl = 'http://127.0.0.1:3999/ledger/return'

/** Goes through the authorise page. Returns the redirect to us, and its verifier. */
async function consent(fields: Record<string, string>) {
  const { redirectUrl: address, verifier } = await sandbox.xero().authorise({ state: 'opaque-state', redirectUrl })
  const page = await fetch(address)
  expect(page.status).toBe(200)
  const request = /name="request"[^>]*value="([^"]+)"/.exec(await page.text())?.[1]
  expect(request).toBeTruthy()
  const { origin, pathname } = new URL(page.url)
  const landed = new URL(await sandbox.submit(`${origin}${pathname}/decide`, { request: request!, ...fields }))
  expect(landed.origin + landed.pathname).toBe(redirectUrl)
  expect(landed.searchParams.get('state')).toBe('opaque-state')
  return { landed: landed.searchParams, verifier }
}

async function connect(fields: Record<string, string>): Promise<LedgerTokens> {
  const { landed, verifier } = await consent({ action: 'approve', ...fields })
  return sandbox.xero().exchange({ code: landed.get('code')!, verifier, redirectUrl })
}

async function organisation(name: string): Promise<string> {
  const { tenantId } = await sandbox.control<{ tenantId: string }>('xero/organisations', {
    name,
    bankAccounts: [{ name: 'Current', number: '04000412345678', code: '090', currency: 'GBP' }],
  })
  return tenantId
}

let people = 0
/** Creates a person who may connect the named organisations. */
async function person(...names: string[]) {
  const email = `ann-${++people}@marshlowe.example`
  const tenants: string[] = []
  for (const name of names) tenants.push(await organisation(name))
  await sandbox.control('xero/users', { email, organisations: tenants, role: 'adviser' })
  return { email, tenants }
}

describe('connecting Xero', () => {
  it('reaches the organisation that was chosen, its name and its bank accounts', async () => {
    const { email, tenants } = await person('Harbour Bakery Ltd')
    const tokens = await connect({ user: email, organisation: tenants[0]! })
    expect(tokens.authEventId).toBeTruthy()
    expect(tokens.expiresAt.getTime() - Date.now()).toBeGreaterThan(1_700_000)
    const xero = sandbox.xero()
    expect(await xero.organisations(tokens)).toEqual([
      {
        connectionId: expect.any(String),
        tenantId: tenants[0],
        name: 'Harbour Bakery Ltd',
        signIn: 'this',
        firstConnectedAt: expect.any(Date),
        lastConnectedAt: expect.any(Date),
      },
    ])
    expect(await xero.organisation(tokens, tenants[0]!)).toMatchObject({ name: 'Harbour Bakery Ltd' })
    expect(await xero.bankAccounts(tokens, tenants[0]!)).toEqual([
      { externalId: expect.any(String), name: 'Current', code: '090', number: '04000412345678', currency: 'GBP' },
    ])
  })

  it('takes a code with its own verifier and address only', async () => {
    const { email, tenants } = await person('Pennine Joinery LLP')
    const fields = { action: 'approve', user: email, organisation: tenants[0]! }
    const xero = sandbox.xero()
    const two = await consent(fields)
    expect(
      await failureOf(xero.exchange({ code: two.landed.get('code')!, verifier: 'x'.repeat(43), redirectUrl })),
    ).toMatchObject({ kind: 'ended' })
    const three = await consent(fields)
    expect(
      await failureOf(
        xero.exchange({ code: three.landed.get('code')!, verifier: three.verifier, redirectUrl: `${redirectUrl}/x` }),
      ),
    ).toMatchObject({ kind: 'ended' })
  })
})

describe('one person who connects two clients', () => {
  it('sees both in each sign-in, tells them apart, and disconnects one without the other', async () => {
    const { email, tenants } = await person('First Client Ltd', 'Second Client Ltd')
    const xero = sandbox.xero()
    const first = await connect({ user: email, organisation: tenants[0]! })
    const second = await connect({ user: email, organisation: tenants[1]! })
    const marked = async (tokens: LedgerTokens) =>
      (await xero.organisations(tokens)).map(({ tenantId, signIn }) => [tenantId, signIn])
    expect(await marked(first)).toEqual([
      [tenants[0], 'this'],
      [tenants[1], 'another'],
    ])
    expect(await marked(second)).toEqual([
      [tenants[0], 'another'],
      [tenants[1], 'this'],
    ])

    const [{ connectionId } = { connectionId: '' }] = await xero.organisations(first)
    await xero.disconnect(first, connectionId)
    expect(await marked(first)).toEqual([[tenants[1], 'another']])
    expect(await failureOf(xero.organisation(first, tenants[0]!))).toMatchObject({ kind: 'ended' })
    expect(await xero.organisation(second, tenants[1]!)).toMatchObject({ name: 'Second Client Ltd' })
    expect(await xero.refresh(second)).toMatchObject({ authEventId: second.authEventId })

    await xero.disconnect(first, connectionId)
    await xero.disconnect(second, crypto.randomUUID())
    expect(await marked(second)).toEqual([[tenants[1], 'this']])
  })
})

describe('keeping a sign-in fresh', () => {
  it('changes the refresh token, keeps the authorisation, and forgives one lost answer', async () => {
    const { email, tenants } = await person('Quay Cafe Ltd')
    const xero = sandbox.xero()
    const tokens = await connect({ user: email, organisation: tenants[0]! })
    const fresh = await xero.refresh(tokens)
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken)
    expect(fresh.accessToken).not.toBe(tokens.accessToken)
    expect(fresh.authEventId).toBe(tokens.authEventId)
    expect(await xero.refresh(tokens)).toMatchObject({ authEventId: tokens.authEventId })
    expect(await xero.organisations(fresh)).toHaveLength(1)
  })

  it('has ended when Xero no longer knows the grant', async () => {
    const { email, tenants } = await person('Old Mill Ltd')
    const tokens = await connect({ user: email, organisation: tenants[0]! })
    expect(await failureOf(sandbox.xero().refresh({ ...tokens, refreshToken: 'unknown' }))).toMatchObject({
      kind: 'ended',
    })
  })
})

describe('when Xero misbehaves', () => {
  it.each([
    ['refused', 'misconfigured', null],
    ['day_limit', 'rate_limited', 20_000],
  ])('%s is %s', async (kind, failure, retryAfterMs) => {
    const { email, tenants } = await person(`Fault ${kind}`)
    const tokens = await connect({ user: email, organisation: tenants[0]! })
    await sandbox.fault({ provider: 'xero', operation: 'accounts', kind, match: tenants[0]!, retryAfterSeconds: 20 })
    expect(await failureOf(sandbox.xero().bankAccounts(tokens, tenants[0]!))).toEqual({ kind: failure, retryAfterMs })
  })
})
