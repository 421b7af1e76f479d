import { afterEach, describe, expect, it } from 'vitest'
import type { BankSessionRequest } from '../../providers/bank/bank.ts'
import { createTrueLayer } from '../../providers/bank/truelayer.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type Asked, deadAddress, type Scripted, scriptedServer } from './scriptedServer.ts'

let server: Awaited<ReturnType<typeof scriptedServer>> | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

const token = (access_token = 't1', expires_in = 3600): Scripted => ({
  json: { access_token, expires_in, token_type: 'Bearer', scope: 'data' },
})
const problem = (status: number, title: string, headers: Record<string, string> = {}): Scripted => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  json: { type: 'https://docs.truelayer.com/docs/error-types', title, status, trace_id: 'trace' },
})

const connectorAt = (url: string) =>
  createTrueLayer({
    clientId: 'client',
    clientSecret: 'secret',
    authUrl: `${url}/auth`,
    apiUrl: `${url}/api`,
    hostedOrigin: 'https://app.truelayer.example',
    legalName: 'TrueLayer Limited',
    registrationNumber: '901096',
  })

/** A connector whose token requests succeed and whose other requests are answered by `answer`. */
async function connector(answer: (asked: Asked, index: number) => Scripted, tokens = () => token()) {
  let others = 0
  server = await scriptedServer((asked) => (asked.url === '/auth/connect/token' ? tokens() : answer(asked, others++)))
  return connectorAt(server.url)
}

const asked = (path: string) => server!.asked.filter(({ url }) => url.startsWith(path))
const failureOf = async (work: Promise<unknown>) => {
  const failure = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (failure instanceof ProviderFailure) return { kind: failure.kind, retryAfterMs: failure.retryAfterMs }
  throw failure ?? new Error('nothing failed')
}

const request: BankSessionRequest = {
  sessionId: '0199d0c4-0000-4000-8000-000000000001',
  bankId: 'mock',
  returnUrl: 'https://embark.example/bank/return?state=opaque',
  user: { id: 'u1', name: 'Jo Baker', email: 'jo@harbour.example', phone: null },
  userIp: null,
}
const created: Scripted = {
  status: 201,
  json: {
    id: 'c1',
    status: 'authorization_required',
    user: { id: 'u1' },
    hosted_page: { uri: 'https://app.truelayer.example/connections/x#token=y' },
  },
}

describe('opening a bank session', () => {
  it('asks for lasting access to accounts at the chosen bank, under the session as key', async () => {
    const bank = await connector(() => created)
    expect(await bank.start(request)).toEqual({
      externalId: 'c1',
      redirectUrl: 'https://app.truelayer.example/connections/x#token=y',
    })
    const [one] = asked('/api/v3/data-connections')
    expect(one?.method).toBe('POST')
    expect(one?.headers).toMatchObject({ authorization: 'Bearer t1', 'idempotency-key': request.sessionId })
    expect(one?.headers).not.toHaveProperty('tl-user-ip')
    expect(JSON.parse(one?.body ?? '')).toEqual({
      scopes: ['info', 'accounts'],
      data_access_type: 'recurring',
      provider_selection: { type: 'preselected', provider_id: 'mock' },
      user: { id: 'u1', name: 'Jo Baker', email: 'jo@harbour.example' },
      user_consent: { type: 'authorization_flow_captured' },
      hosted_page: {
        type: 'authorization_flow',
        return_uri: request.returnUrl,
        country_code: 'GB',
        language_code: 'en',
      },
      metadata: { session: request.sessionId },
    })
  })

  it('lets the provider ask which bank, and passes the phone and the address of the browser on', async () => {
    const bank = await connector(() => created)
    await bank.start({
      ...request,
      bankId: null,
      userIp: '203.0.113.9',
      user: { ...request.user, phone: '+447400123456' },
    })
    const [one] = asked('/api/v3/data-connections')
    expect(one?.headers['tl-user-ip']).toBe('203.0.113.9')
    expect(JSON.parse(one?.body ?? '')).toMatchObject({
      provider_selection: { type: 'user_selected', filter: { countries: ['GB'] } },
      user: { phone: '+447400123456' },
    })
  })

  it('asks for the token as the wire wants it', async () => {
    const bank = await connector(() => created)
    await bank.start(request)
    const [one] = asked('/auth/connect/token')
    expect(Object.fromEntries(new URLSearchParams(one?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'secret',
      scope: 'data',
    })
  })

  it.each(['https://app.truelayer.example.evil.example/x', 'http://app.truelayer.example/x', 'javascript:x', 'x'])(
    'sends nobody to %s',
    async (uri) => {
      const bank = await connector(() => ({ status: 201, json: { id: 'c1', hosted_page: { uri } } }))
      expect(await failureOf(bank.start(request))).toMatchObject({ kind: 'misconfigured' })
    },
  )

  it('does not repeat by itself what may have been done', async () => {
    const bank = await connector(() => problem(502, 'Provider Error'))
    expect(await failureOf(bank.start(request))).toMatchObject({ kind: 'unavailable' })
    expect(asked('/api')).toHaveLength(1)
  })
})

describe('the app token', () => {
  it('is fetched once for all who need it', async () => {
    const bank = await connector(() => ({ json: { id: 'c1', status: 'authorizing' } }))
    await Promise.all([bank.status('c1'), bank.status('c1'), bank.status('c1')])
    await bank.status('c1')
    expect(asked('/auth')).toHaveLength(1)
  })

  it('is fetched anew once when it no longer holds', async () => {
    let issued = 0
    const bank = await connector(
      ({ headers }) =>
        headers.authorization === 'Bearer t1'
          ? problem(401, 'Unauthenticated')
          : { json: { id: 'c1', status: 'authorizing' } },
      () => token(`t${++issued}`),
    )
    expect(await bank.status('c1')).toEqual({ state: 'processing' })
    expect(asked('/auth')).toHaveLength(2)
    expect(asked('/api')).toHaveLength(2)
  })

  it('is not fetched for ever', async () => {
    const bank = await connector(() => problem(401, 'Unauthenticated'))
    expect(await failureOf(bank.status('c1'))).toMatchObject({ kind: 'misconfigured' })
    expect(asked('/auth')).toHaveLength(2)
  })

  it('is not used in its last minute', async () => {
    const bank = await connector(
      () => ({ json: { id: 'c1', status: 'authorizing' } }),
      () => token('t', 60),
    )
    await bank.status('c1')
    await bank.status('c1')
    expect(asked('/auth')).toHaveLength(2)
  })

  it.each<[Scripted, string, number | null]>([
    [{ status: 400, json: { error: 'invalid_client' } }, 'misconfigured', null],
    [{ status: 401, json: { error: 'invalid_client' } }, 'misconfigured', null],
    [{ status: 429, headers: { 'retry-after': '7' }, json: {} }, 'rate_limited', 7_000],
    [{ status: 500, text: 'oops' }, 'unavailable', null],
    [{ status: 200, text: 'not json' }, 'unavailable', null],
    [{ status: 404, text: 'nothing here' }, 'unavailable', null],
    ['reset', 'unavailable', null],
  ])('fails: %j is %s', async (answer, kind, retryAfterMs) => {
    const bank = await connector(
      () => created,
      () => answer,
    )
    expect(await failureOf(bank.start(request))).toEqual({ kind, retryAfterMs })
  })
})

describe('how a session stands', () => {
  const provider = { provider_id: 'mock', display_name: 'Mock Bank' }
  it.each([
    [{ status: 'authorization_required' }, { state: 'waiting' }],
    [{ status: 'authorizing' }, { state: 'processing' }],
    [{ status: 'something_new' }, { state: 'processing' }],
    [
      { status: 'authorized', provider },
      { state: 'authorised', bank: { id: 'mock', name: 'Mock Bank' }, accessUntil: null },
    ],
    [{ status: 'authorized' }, { state: 'authorised', bank: null, accessUntil: null }],
    [
      { status: 'failed', failure_reason: 'canceled' },
      { state: 'failed', family: 'stopped' },
    ],
    [
      { status: 'failed', failure_reason: 'expired' },
      { state: 'failed', family: 'stopped' },
    ],
    [
      { status: 'failed', failure_reason: 'provider_error' },
      { state: 'failed', family: 'bank_down' },
    ],
    [
      { status: 'failed', failure_reason: 'no_accounts' },
      { state: 'failed', family: 'no_accounts' },
    ],
    [
      { status: 'failed', failure_reason: 'provider_rejected' },
      { state: 'failed', family: 'refused' },
    ],
    [
      { status: 'failed', failure_reason: { code: 7 } },
      { state: 'failed', family: 'refused' },
    ],
    [{ status: 'failed' }, { state: 'failed', family: 'refused' }],
  ])('%j', async (connection, status) => {
    const bank = await connector(() => ({ json: { id: 'c1', ...connection } }))
    expect(await bank.status('c1')).toMatchObject(status)
    expect(asked('/api')[0]?.url).toBe('/api/v3/data-connections/c1')
  })

  it('keeps the id inside its place in the address', async () => {
    const bank = await connector(() => ({ json: { id: 'c1', status: 'authorizing' } }))
    await bank.status('../other?x')
    expect(asked('/api')[0]?.url).toBe('/api/v3/data-connections/..%2Fother%3Fx')
  })
})

const account = (id: string, more: object = {}) => ({
  id,
  type: 'account',
  account_type: 'current',
  customer_segment: 'business',
  currency: 'GBP',
  account_identifiers: [
    { type: 'sort_code_account_number', sort_code: '04-00-04', account_number: '1234 5678' },
    { type: 'iban', iban: 'gb33 BUKB 2020 1555 5555 55' },
  ],
  account_holder_names: ['Harbour Bakery Ltd'],
  provider: { provider_id: 'mock', display_name: 'Mock Bank' },
  ...more,
})

describe('the accounts of a session', () => {
  it('are gathered from all pages, in digits, with a name made of what is known', async () => {
    const bank = await connector(({ url }) =>
      url.includes('cursor=two')
        ? { json: { items: [account('a2', { account_type: 'savings' })], pagination: { next_cursor: null } } }
        : { json: { items: [account('a1')], pagination: { next_cursor: 'two' } } },
    )
    expect(await bank.accounts('c1')).toEqual([
      {
        externalId: 'a1',
        name: 'Business current account',
        holder: 'Harbour Bakery Ltd',
        currency: 'GBP',
        sortCode: '040004',
        accountNumber: '12345678',
        iban: 'GB33BUKB20201555555555',
      },
      expect.objectContaining({ externalId: 'a2', name: 'Business savings account' }),
    ])
    expect(asked('/api').map(({ headers }) => headers['connection-id'])).toEqual(['c1', 'c1'])
  })

  it('leave cards out and bear what is missing', async () => {
    const bare = { id: 'a3', currency: 'EUR', account_identifiers: [{ type: 'bban', bban: 'x' }] }
    const bank = await connector(() => ({
      json: { items: [account('a1', { type: 'card' }), bare, account('a4', { customer_segment: 'retail' })] },
    }))
    expect(await bank.accounts('c1')).toEqual([
      {
        externalId: 'a3',
        name: 'Bank account',
        holder: null,
        currency: 'EUR',
        sortCode: null,
        accountNumber: null,
        iban: null,
      },
      expect.objectContaining({ name: 'Personal current account' }),
    ])
  })

  it('do not page for ever', async () => {
    const bank = await connector((_asked, index) => ({
      json: { items: [], pagination: { next_cursor: String(index) } },
    }))
    expect(await failureOf(bank.accounts('c1'))).toMatchObject({ kind: 'unavailable' })
  })

  it.each<[Scripted, string, number | null]>([
    [problem(400, 'Invalid State'), 'ended', null],
    [problem(403, 'Forbidden'), 'ended', null],
    [problem(404, 'Not Found'), 'ended', null],
    [problem(400, 'Invalid Parameters'), 'refused', null],
    [problem(429, 'Rate Limit Exceeded', { 'retry-after': '2' }), 'rate_limited', 2_000],
    [problem(502, 'Feature Not Supported'), 'refused', null],
    [{ json: { items: 'none' } }, 'unavailable', null],
    [{ text: 'not json' }, 'unavailable', null],
  ])('%j is %s', async (answer, kind, retryAfterMs) => {
    const bank = await connector(() => answer)
    expect(await failureOf(bank.accounts('c1'))).toEqual({ kind, retryAfterMs })
  })

  it.each<[Scripted]>([[problem(502, 'Provider Error')], [problem(500, 'Unknown Error')], ['reset']])(
    'are read again when the provider stumbles: %j',
    async (answer) => {
      const bank = await connector((_asked, index) => (index === 0 ? answer : { json: { items: [account('a1')] } }))
      expect(await bank.accounts('c1')).toHaveLength(1)
    },
  )

  it('fail in the end when it keeps stumbling', async () => {
    const bank = await connector(() => problem(502, 'Provider Error'))
    expect(await failureOf(bank.accounts('c1'))).toMatchObject({ kind: 'unavailable' })
    expect(asked('/api')).toHaveLength(3)
  })

  it('say so when nothing listens', async () => {
    expect(await failureOf(connectorAt(await deadAddress()).accounts('c1'))).toMatchObject({ kind: 'unavailable' })
  })
})

describe('the banks on offer', () => {
  const entry = (provider_id: string, display_name: string, more: object = {}) => ({
    provider_id,
    display_name,
    country: 'uk',
    logo_url: 'https://x.example/logo.svg',
    scopes: ['info', 'accounts'],
    ...more,
  })

  it('are those of the United Kingdom that tell accounts, by name, fetched once', async () => {
    const bank = await connector(() => ({
      json: [
        entry('ob-z', 'Zed Bank'),
        entry('ob-a', 'Alpha', { country: 'GB' }),
        entry('ob-i', 'Irish', { country: 'ie' }),
        entry('ob-p', 'Pay only', { scopes: ['payments'] }),
        { provider_id: 'mock', display_name: 'Mock' },
      ],
    }))
    const [first, second] = await Promise.all([bank.banks(), bank.banks()])
    expect(first).toEqual([
      { id: 'ob-a', name: 'Alpha' },
      { id: 'mock', name: 'Mock' },
      { id: 'ob-z', name: 'Zed Bank' },
    ])
    expect(second).toEqual(first)
    expect(asked('/auth/api/providers').map(({ url }) => url)).toEqual(['/auth/api/providers?clientId=client'])
  })

  it('fail plainly when they were never known', async () => {
    const bank = await connector(() => ({ json: { error: 'x' } }))
    expect(await failureOf(bank.banks())).toMatchObject({ kind: 'unavailable' })
  })
})

describe('what the connector says of itself', () => {
  it('promises nothing that Data v3 does not document', async () => {
    const bank = connectorAt('https://truelayer.example')
    expect(bank).toMatchObject({
      name: 'truelayer',
      label: 'TrueLayer',
      accessDays: 90,
      browserOrigins: ['https://app.truelayer.example'],
      can: { revoke: false, extend: false, expiry: false, webhook: false, duringSetup: false },
    })
    expect(bank.revoke).toBeUndefined()
  })
})
