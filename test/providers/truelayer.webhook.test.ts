import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createWebhookReader } from '../../providers/bank/truelayerWebhook.ts'
import { failureOf } from './failureOf.ts'
import { scriptedServer } from './scriptedServer.ts'

const NOW = Date.parse('2026-11-29T12:00:00Z')
const PATH = '/hooks/truelayer'
const SESSION = '0199d0c4-0000-7000-8000-000000000001'

let server: Awaited<ReturnType<typeof scriptedServer>> | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

type Pair = { kid: string; privateKey: KeyObject; jwk: object }
const pair = (kid: string): Pair => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' })
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } }
}
const encoded = (text: string | Buffer) => Buffer.from(text).toString('base64url')

/** Creates a reader whose key set serves the present `keys`, and a record of requests for it. */
async function reader(keys: Pair[], clock = () => NOW) {
  const own = await scriptedServer(() => ({
    json: { keys: [{ kty: 'RSA', kid: 'r1' }, ...keys.map(({ jwk }) => jwk)] },
  }))
  server = own
  const url = `${own.url}/.well-known/jwks`
  return { url, read: createWebhookReader(url, clock), asked: own.asked }
}

const failed = {
  type: 'connection_failed',
  event_version: 1,
  event_id: 'e1',
  connection_id: 'c1',
  failed_at: '2026-11-29T11:59:59Z',
  failure_stage: 'authorizing',
  failure_reason: 'provider_rejected',
  metadata: { session: SESSION },
}

type Changes = { header?: object; body?: object; at?: string; signedPath?: string; names?: string; sentBody?: string }

function webhook({ kid, privateKey }: Pair, jku: string, changes: Changes = {}) {
  const body = JSON.stringify(changes.body ?? failed)
  const at = changes.at ?? new Date(NOW).toISOString()
  const names = changes.names ?? 'X-Tl-Webhook-Timestamp,Content-Type'
  const header = encoded(
    JSON.stringify({ alg: 'ES512', kid, tl_version: '2', tl_headers: names, jku, ...changes.header }),
  )
  const values: Record<string, string> = { 'X-Tl-Webhook-Timestamp': at, 'Content-Type': 'application/json' }
  const lines = names.split(',').map((name) => `${name}: ${values[name]}\n`)
  const text = `POST ${changes.signedPath ?? PATH}\n${lines.join('')}${body}`
  const signature = sign('sha512', Buffer.from(`${header}.${encoded(text)}`), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return {
    path: PATH,
    headers: {
      'content-type': 'application/json',
      'x-tl-webhook-timestamp': at,
      'tl-signature': `${header}..${encoded(signature)}`,
    },
    body: Buffer.from(changes.sentBody ?? body),
  }
}

const key = pair('k1')

describe('a webhook that TrueLayer signed', () => {
  it('tells of a failure, with its reason and our session', async () => {
    const { url, read } = await reader([key])
    expect(await read(webhook(key, url))).toEqual({
      eventId: 'e1',
      externalId: 'c1',
      sessionId: SESSION,
      failure: { family: 'refused', reason: 'The bank refused.' },
    })
  })

  it('tells of an authorisation, without metadata too', async () => {
    const { url, read } = await reader([key])
    const body = { type: 'connection_authorized', event_version: 1, event_id: 'e2', connection_id: 'c1' }
    expect(await read(webhook(key, url, { body }))).toEqual({
      eventId: 'e2',
      externalId: 'c1',
      sessionId: null,
      failure: null,
    })
  })

  it.each([
    ['canceled', 'authorizing', 'stopped'],
    ['expired', 'authorizing', 'stopped'],
    ['denied', 'authorizing', 'refused'],
    ['provider_error', 'authorizing', 'bank_down'],
    ['something_new', 'authorizing', 'refused'],
    ['something_new', 'authorization_required', 'stopped'],
    [undefined, undefined, 'refused'],
  ])('reads the reason %s at %s as %s', async (failure_reason, failure_stage, family) => {
    const { url, read } = await reader([key])
    const report = await read(webhook(key, url, { body: { ...failed, failure_reason, failure_stage } }))
    expect(report?.failure?.family).toBe(family)
    expect(report?.failure?.reason).not.toContain('something_new')
  })

  it.each([{ type: 'transactions_request_completed', event_id: 'e3' }, { type: 'connection_failed' }, [], 'no json'])(
    'of another kind or shape is left: %j',
    async (body) => {
      const { url, read } = await reader([key])
      expect(await read(webhook(key, url, { body: body as object }))).toBeNull()
    },
  )

  it.each(['/hooks/truelayer/', PATH])('is taken as registered with or without a slash: %s', async (signedPath) => {
    const { url, read } = await reader([key])
    expect(await read(webhook(key, url, { signedPath }))).not.toBeNull()
  })

  it('is verified with keys read once, and read anew once for a key that was added', async () => {
    let now = NOW
    const keys = [key]
    const { url, read, asked } = await reader(keys, () => now)
    await Promise.all([read(webhook(key, url)), read(webhook(key, url))])
    await read(webhook(key, url))
    expect(asked).toHaveLength(1)
    const added = pair('k2')
    keys.push(added)
    now += 60_000
    expect(await read(webhook(added, url))).not.toBeNull()
    expect(asked).toHaveLength(2)
  })
})

describe('a webhook that TrueLayer did not sign', () => {
  const foreign = pair('k1')
  it.each<[string, Changes, Pair]>([
    ['another algorithm', { header: { alg: 'HS256' } }, key],
    ['another version', { header: { tl_version: '1' } }, key],
    ['a time that is not signed', { names: 'Content-Type' }, key],
    ['a time of an hour ago', { at: new Date(NOW - 3_600_000).toISOString() }, key],
    ['a time to come', { at: new Date(NOW + 3_600_000).toISOString() }, key],
    ['no time', { at: 'soon' }, key],
    ['another path', { signedPath: '/hooks/other' }, key],
    ['another body', { sentBody: JSON.stringify({ ...failed, connection_id: 'c2' }) }, key],
    ['a foreign key under a known id', {}, foreign],
    ['an unknown key', { header: { kid: 'k9' } }, key],
  ])('is refused for %s', async (_name, changes, signer) => {
    const { url, read } = await reader([key])
    expect(await failureOf(read(webhook(signer, url, changes)))).toMatchObject({ kind: 'refused' })
  })

  it('is refused for a signature of another kind, and without one', async () => {
    const { url, read, asked } = await reader([key])
    const sent = webhook(key, url)
    const header = sent.headers['tl-signature'].split('.')[0]!
    const mac = createHmac('sha512', JSON.stringify(key.jwk)).update(`${header}.x`).digest('base64url')
    for (const signature of [`${header}..${mac}`, `${header}.x.${mac}`, '..', '', 'x', undefined]) {
      const forged = { ...sent, headers: { ...sent.headers, 'tl-signature': signature } }
      expect(await failureOf(read(forged))).toMatchObject({ kind: 'refused' })
    }
    expect(asked).toHaveLength(0)
  })

  it('is refused for keys at another address, without going there', async () => {
    const { url, read, asked } = await reader([key])
    const elsewhere = await scriptedServer(() => ({ json: { keys: [key.jwk] } }))
    for (const jku of [`${elsewhere.url}/.well-known/jwks`, `${url}/`, `${url}?x`]) {
      expect(await failureOf(read(webhook(key, jku)))).toMatchObject({ kind: 'refused' })
    }
    expect([...elsewhere.asked, ...asked]).toHaveLength(0)
    await elsewhere.close()
  })

  it('does not make us read the keys again and again', async () => {
    const { url, read, asked } = await reader([key])
    for (let n = 0; n < 20; n++) {
      expect(await failureOf(read(webhook(key, url, { header: { kid: `made-up-${n}` } })))).toMatchObject({
        kind: 'refused',
      })
    }
    expect(asked).toHaveLength(1)
  })
})

it('asks to be sent again while the keys cannot be read', async () => {
  const own = await scriptedServer(() => ({ status: 500, text: 'down' }))
  server = own
  const url = `${own.url}/.well-known/jwks`
  expect(await failureOf(createWebhookReader(url, () => NOW)(webhook(key, url)))).toMatchObject({ kind: 'unavailable' })
})

/** TrueLayer's own test vector: github.com/TrueLayer/truelayer-signing, test-resources (MIT or Apache-2.0). */
describe('the vendor’s own vector', () => {
  const jku = 'https://webhooks.truelayer.com/.well-known/jwks'
  const keys = [
    {
      kty: 'EC',
      alg: 'ES512',
      kid: '45fc75cf-5649-4134-84b3-192c2c78e990',
      crv: 'P-521',
      x: 'oLuW4nFqoUuR8d7FVsUoI62libYdQlWGtLStnqdudLY92bQ0ra5eZAbkunrGTR9-w9mr4o2Etyb6pC7YB2-23WM',
      y: 'AX1cjkGMiltikPrkX49qwuJDdcETaTsj-kyFP8jsF9W5XAB3Z4tBiQtc72DQnJYeKyAV_T6qZTtFKFr-Tp4iu-j7',
    },
  ]
  const signature =
    'eyJhbGciOiJFUzUxMiIsImtpZCI6IjQ1ZmM3NWNmLTU2NDktNDEzNC04NGIzLTE5MmMyYzc4ZTk5MCIsInRsX3ZlcnNpb24iOiIyIiwidGxfaGVhZGVycyI6IlgtVGwtV2ViaG9vay1UaW1lc3RhbXAsQ29udGVudC1UeXBlIiwiamt1IjoiaHR0cHM6Ly93ZWJob29rcy50cnVlbGF5ZXIuY29tLy53ZWxsLWtub3duL2p3a3MifQ..AB9S1dzZTmw0tofUjJNGO7Kt_jZsahPyIrBTdhfxBWOI3KoLALkMy6ka1MjpZQx06_hQUJnanu9K_LS6V9lNaNGiAX5Cos5RWQfbeBCZWqAvIpXO3FvIzyJKRaTYK8FBG4lfJYPi76_pIkCLGKWeq8__7ElpMVRcLTM5IBKWL8isVZn_'
  const body = '{"event_type":"example","event_id":"18b2842b-a57b-4887-a0a6-d3c7c36f1020"}'
  const at = '2021-11-29T11:42:55Z'
  const headers = {
    'content-type': 'application/json',
    'x-tl-webhook-timestamp': at,
    'tl-signature': signature,
  }
  afterEach(() => vi.unstubAllGlobals())

  it('is verified, and not with another body', async () => {
    const fetched: string[] = []
    vi.stubGlobal('fetch', async (request: Request) => {
      fetched.push(request.url)
      return Response.json({ keys })
    })
    const read = createWebhookReader(jku, () => Date.parse(at))
    expect(await read({ path: '/tl-webhook', headers, body: Buffer.from(body) })).toBeNull()
    const altered = { path: '/tl-webhook', headers, body: Buffer.from(body.replace('example', 'another')) }
    expect(await failureOf(read(altered))).toMatchObject({ kind: 'refused' })
    expect(fetched).toEqual([jku])
  })
})
