import { afterEach, describe, expect, it } from 'vitest'
import type { BankSessionRequest } from '../../providers/bank/bank.ts'
import { failureOf } from './failureOf.ts'
import type { Scripted } from './scriptedServer.ts'
import { connectorAt, PERSON, problem, scriptedTrueLayer, token } from './truelayerScript.ts'
import { withoutSecret } from './withoutSecret.ts'

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
  hookUrl: 'https://embark.example/hooks/any',
  practiceName: 'Marsh & Lowe',
  user: { id: 'u1', name: 'Jo Baker', email: 'jo@harbour.example', phone: null },
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
  it('asks for lasting access to accounts at the chosen bank, and names the session', async () => {
    const bank = await connector(() => created)
    expect(await bank.start(request)).toEqual({
      externalId: 'c1',
      redirectUrl: 'https://app.truelayer.example/connections/x#token=y',
    })
    const [one] = asked('/api/v3/data-connections')
    expect(one?.method).toBe('POST')
    expect(one?.headers).toMatchObject({ authorization: 'Bearer t1' })
    for (const unread of ['tl-user-ip', 'idempotency-key']) expect(one?.headers).not.toHaveProperty(unread)
    expect(JSON.parse(one?.body ?? '')).toEqual({
      scopes: ['accounts'],
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

  it('lets the provider ask which bank, those of businesses included, and passes the phone on', async () => {
    const bank = await connector(() => created)
    await bank.start({ ...request, bankId: null, user: { ...request.user, phone: '+447400123456' } })
    const [one] = asked('/api/v3/data-connections')
    expect(JSON.parse(one?.body ?? '')).toMatchObject({
      provider_selection: {
        type: 'user_selected',
        filter: { countries: ['GB'], customer_segments: ['retail', 'business'] },
      },
      user: { phone: '+447400123456' },
    })
  })

  it.each([
    ['Jo (Director) Marsden', 'Jo Director Marsden'],
    ['(Jo)', 'Jo'],
    ['()', 'Client'],
  ])('sends the name %s as %s', async (name, sent) => {
    const bank = await connector(() => created)
    await bank.start({ ...request, user: { ...request.user, name } })
    expect(JSON.parse(asked('/api/v3/data-connections')[0]?.body ?? '').user.name).toBe(sent)
  })

  const type = (fragment: string) => ({ type: `https://docs.truelayer.com/docs/error-types#${fragment}` })
  it.each<[Scripted, string]>([
    [
      problem(400, 'Invalid Parameters', { errors: { 'user.phone': ['+44 1 is not a phone'] } }),
      'TrueLayer refused the details: phone number.',
    ],
    [problem(400, 'Whatever', type('invalid-parameters')), 'TrueLayer refused the details.'],
    [problem(502, 'Whatever', type('feature-not-supported')), 'This bank does not offer that.'],
  ])('tells a refusal by fragment or title: %j', async (answer, message) => {
    const bank = await connector(() => answer)
    expect(await bank.start(request).catch((error: unknown) => error)).toMatchObject({ kind: 'refused', message })
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

const notYet = problem(400, 'Invalid State')

describe('the app token', () => {
  it('is fetched once for all who need it', async () => {
    const bank = await connector(() => notYet)
    await Promise.all([
      bank.status(withoutSecret('c1'), null),
      bank.status(withoutSecret('c1'), null),
      bank.status(withoutSecret('c1'), null),
    ])
    await bank.status(withoutSecret('c1'), null)
    expect(asked('/auth')).toHaveLength(1)
  })

  it.each([401, 403])('is fetched anew once when it no longer holds: %i', async (status) => {
    let issued = 0
    const bank = await connector(
      ({ headers }) => (headers.authorization === 'Bearer t1' ? problem(status, 'No') : notYet),
      () => token(`t${++issued}`),
    )
    expect(await bank.status(withoutSecret('c1'), null)).toEqual({ state: 'pending' })
    expect(asked('/auth')).toHaveLength(2)
    expect(asked('/api')).toHaveLength(2)
  })

  it('is not fetched for ever', async () => {
    const bank = await connector(() => problem(401, 'Unauthenticated'))
    expect(await failureOf(bank.status(withoutSecret('c1'), null))).toMatchObject({ kind: 'misconfigured' })
    expect(asked('/auth')).toHaveLength(2)
  })

  it('is not used in its last minute', async () => {
    const bank = await connector(
      () => notYet,
      () => token('t', 60),
    )
    await bank.status(withoutSecret('c1'), null)
    await bank.status(withoutSecret('c1'), null)
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
  it.each<[Scripted, string]>([
    [{ json: { items: [] } }, 'authorised'],
    [notYet, 'pending'],
    [problem(400, 'Any', { type: 'https://elsewhere.example/#invalid_state' }), 'pending'],
  ])('%j is %s', async (answer, state) => {
    const bank = await connector(() => answer)
    expect(await bank.status(withoutSecret('c1'), null)).toMatchObject({ state })
    expect(asked('/api').map(({ url, headers }) => [url, headers['connection-id']])).toEqual([
      ['/api/v3/connected-accounts', 'c1'],
    ])
  })

  it('says when a person waits for the answer', async () => {
    const bank = await connector(() => notYet)
    await bank.status(withoutSecret('c1'), PERSON)
    await bank.status(withoutSecret('c1'), null)
    expect(asked('/api').map(({ headers }) => headers['tl-user-ip'])).toEqual([PERSON, undefined])
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
      can: { revoke: false, duringSetup: false },
    })
    expect(bank.revoke).toBeUndefined()
  })
})
