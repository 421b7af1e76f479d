import { afterEach, describe, expect, it } from 'vitest'
import type { BankSessionRequest } from '../../providers/bank/bank.ts'
import { failureOf } from './failureOf.ts'
import type { Scripted } from './scriptedServer.ts'
import { connectorAt, problem, scriptedTrueLayer, token } from './truelayerScript.ts'

let provider: Awaited<ReturnType<typeof scriptedTrueLayer>> | null = null
afterEach(async () => {
  await provider?.close()
  provider = null
})

async function connector(...script: Parameters<typeof scriptedTrueLayer>) {
  provider = await scriptedTrueLayer(...script)
  return provider.bank
}
const asked = (path: string) => provider!.asked(path)

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
  const mock = { provider_id: 'mock', display_name: 'Mock Bank' }
  it.each([
    [{ status: 'authorization_required' }, { state: 'waiting' }],
    [{ status: 'authorizing' }, { state: 'processing' }],
    [{ status: 'something_new' }, { state: 'processing' }],
    [{ status: 'authorizing', pending_reason: 'additional_signatory' }, { state: 'signatory' }],
    [{ status: 'authorizing', pending_reason: ['other'] }, { state: 'processing' }],
    [
      { status: 'authorized', provider: mock },
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

  it('says when a person waits for the answer', async () => {
    const bank = await connector(() => ({ json: { id: 'c1', status: 'authorizing' } }))
    await bank.status('c1', '203.0.113.9')
    await bank.status('c1', null)
    expect(asked('/api').map(({ headers }) => headers['tl-user-ip'])).toEqual(['203.0.113.9', undefined])
  })

  it('keeps the id inside its place in the address', async () => {
    const bank = await connector(() => ({ json: { id: 'c1', status: 'authorizing' } }))
    await bank.status('../other?x')
    expect(asked('/api')[0]?.url).toBe('/api/v3/data-connections/..%2Fother%3Fx')
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
