import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { LedgerTokens } from '../../providers/ledger/ledger.ts'
import { createXero } from '../../providers/ledger/xero.ts'
import { failureOf } from './failureOf.ts'
import { type Asked, deadAddress, type Scripted, scriptedServer } from './scriptedServer.ts'

let server: Awaited<ReturnType<typeof scriptedServer>> | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: object) => `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2ln`

const connectorAt = (url: string) =>
  createXero({
    clientId: 'client',
    clientSecret: 'secret_with-signs',
    loginUrl: `${url}/login`,
    identityUrl: `${url}/identity`,
    apiUrl: `${url}/api`,
  })

async function connector(answer: (asked: Asked, index: number) => Scripted) {
  server = await scriptedServer(answer)
  return connectorAt(server.url)
}

const tokens: LedgerTokens = {
  endsIfUnusedAt: null,
  subject: null,
  accessToken: 'a1',
  refreshToken: 'r1',
  expiresAt: new Date('2026-03-02T10:00:00Z'),
  authEventId: 'event-1',
}
const redirectUrl = 'http://127.0.0.1:3000/ledger/return'
const returned = { code: 'code-1', verifier: 'v'.repeat(43), redirectUrl }
const granted = (more: object = {}): Scripted => ({
  json: {
    access_token: jwt({ authentication_event_id: 'event-2' }),
    refresh_token: 'r2',
    expires_in: 1800,
    token_type: 'Bearer',
    scope: 'openid profile email offline_access accounting.settings.read',
    ...more,
  },
})

describe('sending somebody to Xero', () => {
  it('asks for the least, with state and a challenge of its own', async () => {
    const xero = connectorAt('https://xero.example')
    const { redirectUrl: address, verifier } = await xero.authorise({ state: 'opaque', redirectUrl })
    const url = new URL(address)
    expect(url.origin + url.pathname).toBe('https://xero.example/login/identity/connect/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client',
      redirect_uri: redirectUrl,
      scope: 'openid profile email offline_access accounting.settings.read',
      state: 'opaque',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    expect(verifier.length).toBeGreaterThanOrEqual(43)
    expect((await xero.authorise({ state: 'opaque', redirectUrl })).verifier).not.toBe(verifier)
    expect(xero.browserOrigins).toEqual(['https://xero.example'])
  })

  it('does without the challenge where the application may not send one', async () => {
    server = await scriptedServer(() => granted())
    const { url } = server
    const hosts = { loginUrl: `${url}/login`, identityUrl: `${url}/identity`, apiUrl: `${url}/api` }
    const xero = createXero({ clientId: 'client', clientSecret: 'secret', ...hosts, pkce: false })
    const { redirectUrl: address, verifier } = await xero.authorise({ state: 'opaque', redirectUrl })
    expect(address).not.toContain('code_challenge')
    await xero.exchange({ ...returned, verifier })
    expect(server.asked[0]?.body).not.toContain('code_verifier')
  })
})

describe('exchanging a code', () => {
  it('sends code, verifier and address, and knows the authorisation from the token', async () => {
    const xero = await connector(() => granted())
    const got = await xero.exchange(returned)
    expect(got).toMatchObject({ refreshToken: 'r2', authEventId: 'event-2' })
    expect(got.expiresAt.getTime() - Date.now()).toBeGreaterThan(1_790_000)
    const [asked] = server!.asked
    expect(asked).toMatchObject({ method: 'POST', url: '/identity/connect/token' })
    expect(asked?.headers.authorization).toBe(`Basic ${btoa('client:secret_with-signs')}`)
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      code_verifier: returned.verifier,
      redirect_uri: redirectUrl,
    })
  })

  it.each<[Scripted, string, number | null]>([
    [{ status: 400, json: { error: 'invalid_grant' } }, 'ended', null],
    [{ status: 400, json: { error: 'invalid_client' } }, 'misconfigured', null],
    [{ status: 400, json: { error: 'unauthorized_client', error_description: 'x' } }, 'misconfigured', null],
    [{ status: 429, headers: { 'retry-after': '11' }, json: {} }, 'rate_limited', 11_000],
    [{ status: 503, text: 'maintenance' }, 'unavailable', null],
    [{ text: 'not json' }, 'unavailable', null],
    ['reset', 'unavailable', null],
    [granted({ refresh_token: undefined }), 'permission', null],
  ])('%j is %s', async (answer, kind, retryAfterMs) => {
    const xero = await connector(() => answer)
    expect(await failureOf(xero.exchange(returned))).toEqual({ kind, retryAfterMs })
    expect(server!.asked).toHaveLength(1)
  })

  it('bears a token without the claim', async () => {
    const xero = await connector(() => granted({ access_token: 'opaque' }))
    expect(await xero.exchange(returned)).toMatchObject({ accessToken: 'opaque', authEventId: null })
  })
})

describe('refreshing', () => {
  it('takes the new refresh token and keeps the authorisation', async () => {
    const xero = await connector(() => granted({ access_token: jwt({}) }))
    expect(await xero.refresh(tokens)).toMatchObject({ refreshToken: 'r2', authEventId: 'event-1' })
    expect(Object.fromEntries(new URLSearchParams(server!.asked[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'r1',
    })
  })

  it('keeps the old refresh token when no new one comes', async () => {
    const xero = await connector(() => granted({ refresh_token: undefined }))
    expect(await xero.refresh(tokens)).toMatchObject({ refreshToken: 'r1' })
  })

  it('has ended when the grant is gone', async () => {
    const xero = await connector(() => ({ status: 400, json: { error: 'invalid_grant' } }))
    expect(await failureOf(xero.refresh(tokens))).toEqual({ kind: 'ended', retryAfterMs: null })
  })

  it('may be tried again when nobody answered', async () => {
    expect(await failureOf(connectorAt(await deadAddress()).refresh(tokens))).toMatchObject({ kind: 'unavailable' })
  })
})

describe('the organisations of an authorisation', () => {
  const connection = (id: string, more: object = {}) => ({
    id,
    authEventId: 'event-1',
    tenantId: `tenant-${id}`,
    tenantType: 'ORGANISATION',
    tenantName: `Name ${id}`,
    createdDateUtc: '2026-03-02T10:00:00.1234567',
    updatedDateUtc: '2026-03-02T10:00:00.1234567',
    ...more,
  })

  it('are all that the person connected, with the signs of what was chosen now', async () => {
    const xero = await connector(() => ({
      json: [
        connection('1'),
        connection('2', { authEventId: 'event-0', updatedDateUtc: '2026-03-02T11:00:00' }),
        connection('3', { tenantType: 'PRACTICE' }),
        connection('4', { tenantName: null, authEventId: null, updatedDateUtc: 'nonsense' }),
      ],
    }))
    const at = new Date('2026-03-02T10:00:00.123Z')
    expect(await xero.organisations(tokens)).toEqual([
      {
        connectionId: '1',
        tenantId: 'tenant-1',
        name: 'Name 1',
        signIn: 'this',
        firstConnectedAt: at,
        lastConnectedAt: at,
      },
      {
        connectionId: '2',
        tenantId: 'tenant-2',
        name: 'Name 2',
        signIn: 'another',
        firstConnectedAt: at,
        lastConnectedAt: new Date('2026-03-02T11:00:00Z'),
      },
      {
        connectionId: '4',
        tenantId: 'tenant-4',
        name: '',
        signIn: 'unknown',
        firstConnectedAt: at,
        lastConnectedAt: null,
      },
    ])
    expect(server!.asked[0]).toMatchObject({ url: '/api/connections' })
    expect(server!.asked[0]?.headers.authorization).toBe('Bearer a1')
  })

  it('may be none', async () => {
    const xero = await connector(() => ({ json: [] }))
    expect(await xero.organisations(tokens)).toEqual([])
  })

  it('are none of this sign-in for certain without the authorisation', async () => {
    const xero = await connector(() => ({ json: [connection('1'), connection('2', { authEventId: null })] }))
    const reached = await xero.organisations({ ...tokens, authEventId: null })
    expect(reached.map(({ signIn }) => signIn)).toEqual(['unknown', 'unknown'])
  })
})

const envelope = { Id: 'x', Status: 'OK', ProviderName: 'Embark', DateTimeUTC: '/Date(1550793549320)/' }

describe('reading an organisation', () => {
  it('names it as it calls itself', async () => {
    const xero = await connector(() => ({
      json: { ...envelope, Organisations: [{ Name: 'Harbour Bakery', LegalName: 'x' }] },
    }))
    expect(await xero.organisation(tokens, 'tenant-1')).toMatchObject({ name: 'Harbour Bakery' })
    expect(server!.asked[0]).toMatchObject({ url: '/api/api.xro/2.0/Organisation' })
    expect(server!.asked[0]?.headers).toMatchObject({ 'xero-tenant-id': 'tenant-1', accept: 'application/json' })
  })

  it('lists its active bank accounts', async () => {
    const xero = await connector(() => ({
      json: {
        ...envelope,
        Accounts: [
          {
            AccountID: '1',
            Name: 'Current',
            Type: 'BANK',
            Status: 'ACTIVE',
            Code: '090',
            BankAccountNumber: '04000412345678',
            CurrencyCode: 'GBP',
          },
          { AccountID: '2', Name: 'No details', Type: 'BANK', Code: '', BankAccountNumber: '' },
          { AccountID: '3', Name: 'Old', Type: 'BANK', Status: 'ARCHIVED' },
          { AccountID: '4', Name: 'Sales', Type: 'REVENUE', Status: 'ACTIVE' },
        ],
      },
    }))
    expect(await xero.bankAccounts(tokens, 'tenant-1')).toEqual([
      { externalId: '1', name: 'Current', code: '090', number: '04000412345678', currency: 'GBP' },
      { externalId: '2', name: 'No details', code: null, number: null, currency: null },
    ])
    const { url } = server!.asked[0]!
    expect(url).toBe('/api/api.xro/2.0/Accounts?where=Type%3D%3D%22BANK%22%20AND%20Status%3D%3D%22ACTIVE%22')
  })

  const problem = (status: number, Detail: string, headers: Record<string, string> = {}): Scripted => ({
    status,
    headers,
    json: { Type: null, Title: 'x', Status: status, Detail, Instance: 'i', Extensions: {} },
  })
  it.each<[Scripted, string, number | null]>([
    [problem(401, 'TokenExpired: token expired at 03/02/2026'), 'stale_token', null],
    [problem(401, 'AuthenticationUnsuccessful'), 'stale_token', null],
    [
      problem(401, 'AuthorizationUnsuccessful', { 'www-authenticate': 'Bearer error="insufficient_scope"' }),
      'permission',
      null,
    ],
    [problem(429, 'x', { 'x-rate-limit-problem': 'day' }), 'rate_limited', 86_400_000],
    [problem(429, 'x', { 'retry-after': '30', 'x-rate-limit-problem': 'minute' }), 'rate_limited', 30_000],
    [problem(503, 'Offline'), 'unavailable', null],
    [{ status: 404, text: 'not found' }, 'refused', null],
    [{ text: '<xml/>' }, 'unavailable', null],
    [{ json: { ...envelope, Organisations: [] } }, 'unavailable', null],
  ])('%j is %s', async (answer, kind, retryAfterMs) => {
    const xero = await connector(() => answer)
    expect(await failureOf(xero.organisation(tokens, 'tenant-1'))).toEqual({ kind, retryAfterMs })
  })

  it.each<[string, unknown[], string]>([
    ['gone', [], 'ended'],
    ['another', [{ id: '1', tenantId: 'tenant-2', tenantType: 'ORGANISATION' }], 'ended'],
    ['there', [{ id: '1', tenantId: 'tenant-1', tenantType: 'ORGANISATION' }], 'misconfigured'],
  ])('reads a 403 by the list of connections, with the tenant %s', async (_case, json, kind) => {
    const xero = await connector(({ url }) =>
      url === '/api/connections' ? { json } : problem(403, 'AuthenticationUnsuccessful'),
    )
    expect(await failureOf(xero.bankAccounts(tokens, 'tenant-1'))).toMatchObject({ kind })
  })

  it('reads again when Xero stumbles', async () => {
    const xero = await connector((_asked, index) =>
      index === 0 ? problem(503, 'x') : { json: { ...envelope, Organisations: [{ Name: 'Harbour Bakery' }] } },
    )
    expect(await xero.organisation(tokens, 'tenant-1')).toMatchObject({ name: 'Harbour Bakery' })
  })
})

describe('disconnecting', () => {
  it('ends one connection and touches nothing else', async () => {
    const xero = await connector(() => ({ status: 204 }))
    await xero.disconnect(tokens, 'connection-1')
    expect(server!.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['DELETE /api/connections/connection-1'])
  })

  it('counts an unknown connection as ended', async () => {
    const xero = await connector(() => ({ status: 404, text: '' }))
    await expect(xero.disconnect(tokens, 'connection-1')).resolves.toBeUndefined()
  })

  it('is repeated when Xero stumbles, since doing it twice does no harm', async () => {
    const xero = await connector((_asked, index) =>
      index === 0 ? { status: 500, text: '' } : { status: 404, text: '' },
    )
    await expect(xero.disconnect(tokens, 'connection-1')).resolves.toBeUndefined()
  })

  it('says so when it cannot', async () => {
    const xero = await connector(() => ({ status: 429, headers: { 'retry-after': '5' }, text: '' }))
    expect(await failureOf(xero.disconnect(tokens, 'connection-1'))).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 5_000,
    })
  })
})
