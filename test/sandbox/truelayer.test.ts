import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { type Running, read, receiver, running } from './running.ts'
import { askToken, connectionBody, registered, returnUri, truelayerClient } from './truelayerClient.ts'

let sandbox: Running
let truelayer: Awaited<ReturnType<typeof truelayerClient>>
beforeAll(async () => {
  sandbox = await running()
  truelayer = await truelayerClient(sandbox)
})
afterAll(() => sandbox.close())

describe('an application token', () => {
  it('is given for client credentials and lives an hour', async () => {
    const { status, body } = await askToken(sandbox.url)
    expect(status).toBe(200)
    expect(body).toEqual({ access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer', scope: 'data' })
  })

  it.each([
    [{ client_secret: 'wrong' }, 'invalid_client'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ scope: 'everything' }, 'invalid_scope'],
  ])('is refused for %o', async (changes, error) => {
    expect(await askToken(sandbox.url, changes)).toMatchObject({ status: 400, body: { error } })
  })

  it('is needed, needs the data scope, and ends', async () => {
    const own = await running()
    const ask = async (bearer: string) =>
      read(
        fetch(`${own.url}/truelayer/api/v3/connected-accounts`, {
          headers: { authorization: `Bearer ${bearer}`, 'connection-id': randomUUID() },
        }),
      )
    expect(await ask('invented')).toMatchObject({ status: 401, body: { title: 'Unauthenticated', status: 401 } })
    const payments = String((await askToken(own.url, { scope: 'payments' })).body.access_token)
    expect(await ask(payments)).toMatchObject({ status: 403, body: { title: 'Forbidden' } })
    const data = String((await askToken(own.url)).body.access_token)
    expect((await ask(data)).status).toBe(404)
    own.wait(3_600_000)
    expect((await ask(data)).status).toBe(401)
    await own.close()
  })
})

it('lists its banks to a known client', async () => {
  const ask = (query: string) => read(fetch(`${sandbox.url}/truelayer/auth/api/providers${query}`))
  const banks = (await ask(`?clientId=${credentials.truelayer.clientId}`)).body as unknown as Record<string, unknown>[]
  expect(banks.length).toBeGreaterThanOrEqual(12)
  expect(banks[0]).toMatchObject({ provider_id: 'ob-northgate', display_name: 'Northgate Bank', country: 'uk' })
  expect((await fetch(String(banks[0]!.logo_url))).headers.get('content-type')).toContain('image/svg+xml')
  expect((await ask('')).status).toBe(400)
})

describe('creating a connection', () => {
  it('answers with an id, and a page whose address does not give the id away', async () => {
    const { status, headers, body } = await truelayer.create(connectionBody())
    expect(status).toBe(201)
    expect(headers.get('tl-trace-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'authorization_required',
      user: { id: expect.any(String) },
      hosted_page: { uri: expect.stringContaining(`${sandbox.url}/truelayer/app/connections/`) },
    })
    expect((body.hosted_page as { uri: string }).uri).not.toContain(body.id)
  })

  it.each([
    ['scopes', { scopes: undefined }],
    ['scopes', { scopes: ['everything'] }],
    ['scopes', { scopes: ['accounts', 'accounts'] }],
    ['colour', { colour: 'blue' }],
    ['metadata', { metadata: { session: 'x'.repeat(501) } }],
    ['user.nickname', { user: { name: 'Jo', email: 'jo@harbour.example', nickname: 'J' } }],
    ['user.name', { user: { name: 'Jo (Director) Marsden', email: 'jo@harbour.example' } }],
    [
      'provider_selection.filter.countries',
      { provider_selection: { type: 'user_selected', filter: { countries: ['GB', 'GB'] } } },
    ],
    ['provider_selection', { provider_selection: undefined }],
    ['provider_selection.type', { provider_selection: { type: 'any' } }],
    ['provider_selection.provider_id', { provider_selection: { type: 'preselected', provider_id: 'ob-none' } }],
    ['user', { user: undefined }],
    ['user.name', { user: { email: 'jo@harbour.example' } }],
    ['user.email', { user: { name: 'Jo' } }],
    ['user.email', { user: { name: 'Jo', email: 'nobody' } }],
    ['user_consent.type', { user_consent: undefined }],
    ['hosted_page', { hosted_page: undefined }],
    ['hosted_page.return_uri', { hosted_page: { type: 'authorization_flow' } }],
    ['hosted_page.return_uri', { hosted_page: { type: 'authorization_flow', return_uri: 'http://harbour.example/' } }],
    ['data_access_type', { data_access_type: 'for ever' }],
  ])('is refused over %s: %o', async (field, changes) => {
    const { status, headers, body } = await truelayer.create(connectionBody(changes))
    expect(status).toBe(400)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({
      type: 'https://docs.truelayer.com/docs/error-types#invalid-parameters',
      title: 'Invalid Parameters',
      status: 400,
      trace_id: headers.get('tl-trace-id'),
    })
    expect(Object.keys(body.errors as object)).toContain(field)
  })

  it('is refused for consent that only regulated clients may capture, and for another content type', async () => {
    const captured = { user_consent: { type: 'precaptured' } }
    expect(await truelayer.create(connectionBody(captured))).toMatchObject({
      status: 403,
      body: { title: 'Forbidden' },
    })
    expect((await truelayer.create(connectionBody(), { 'content-type': 'text/plain' })).status).toBe(400)
  })

  it('makes another connection for each request, whatever key it carries', async () => {
    const body = connectionBody()
    const key = { 'idempotency-key': randomUUID() }
    const [first, second] = [await truelayer.create(body, key), await truelayer.create(body, key)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.id).not.toBe(first.body.id)
  })

  it('takes registered return addresses alone, in the form that is set up', async () => {
    const to = (return_uri: string) => connectionBody({ hosted_page: { type: 'authorization_flow', return_uri } })
    const status = async (uri: string) => (await truelayer.create(to(uri))).status
    expect([await status(returnUri), await status('http://127.0.0.1:3999/other')]).toEqual([201, 400])
    await sandbox.control('POST', '/setup', { truelayer: { returnWithQuery: false } })
    expect([await status(returnUri), await status(registered)]).toEqual([400, 201])
    await sandbox.control('POST', '/setup', { truelayer: { returnWithQuery: true } })
  })
})

describe('a connection', () => {
  it('is not authorised, then is: it cannot be asked for otherwise', async () => {
    const connection = await truelayer.started({
      provider_selection: { type: 'user_selected', filter: { customer_segments: ['retail', 'business'] } },
    })
    const notYet = { status: 400, body: { title: 'Invalid State', type: expect.stringContaining('#invalid_state') } }
    expect(await connection.accounts()).toMatchObject(notYet)
    const step = (path: string, fields: Record<string, string>) =>
      fetch(connection.page + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
    expect((await step('/bank', { provider_id: 'ob-kestrel' })).status).toBe(303)
    expect((await step('/sign-in', { customer: '1' })).status).toBe(303)
    expect(await connection.accounts()).toMatchObject(notYet)
    const answer = await connection.decide({ action: 'approve' })
    expect(answer.status).toBe(303)
    const landed = new URL(answer.headers.get('location')!)
    expect(landed.href.startsWith(returnUri)).toBe(true)
    expect(landed.search).not.toContain(connection.id)
    expect((await connection.accounts()).status).toBe(200)
    expect(await truelayer.get(`/v3/data-connections/${connection.id}`)).toMatchObject({
      status: 404,
      body: { title: 'Not Found' },
    })
  })

  it.each([
    ['cancel', 'canceled'],
    ['refuse', 'provider_rejected'],
    ['bank_down', 'provider_error'],
    ['expire', 'expired'],
  ])('fails for good after %s, which looks like one that is not done yet', async (action, failureReason) => {
    const connection = await truelayer.started()
    expect((await connection.decide({ action })).status).toBe(303)
    await connection.decide({ action: 'approve' })
    expect(await connection.accounts()).toMatchObject({ status: 400, body: { title: 'Invalid State' } })
    expect(await held(connection.id)).toMatchObject({ status: 'failed', failureReason })
  })

  it('waits for a second person, who may approve', async () => {
    const connection = await truelayer.started()
    await connection.decide({ action: 'signatory' })
    expect((await connection.accounts()).status).toBe(400)
    await connection.act('approve')
    expect((await connection.accounts()).status).toBe(200)
  })

  it('may be approved by somebody who does not come back', async () => {
    const connection = await truelayer.started()
    const answer = await connection.decide({ action: 'never_return' })
    expect(new URL(answer.headers.get('location')!, connection.page).href).toBe(connection.page)
    expect((await connection.accounts()).status).toBe(200)
  })

  it('lists the banks of private people alone, unless those of businesses are asked for', async () => {
    const banks = async (filter?: object) => {
      const { page } = await truelayer.started({
        provider_selection: { type: 'user_selected', ...(filter && { filter }) },
      })
      return (await fetch(page)).text()
    }
    expect(await banks()).not.toContain('Tidewater Business Banking')
    const all = await banks({ countries: ['GB'], customer_segments: ['retail', 'business'] })
    expect(all).toContain('Tidewater Business Banking')
    expect(all).not.toContain('Liffey Bank')
  })

  it('expires a day after it was started', async () => {
    const own = await running()
    const bearer = String((await askToken(own.url)).body.access_token)
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const address = `${own.url}/truelayer/api/v3/data-connections`
    await own.control('POST', '/setup', { truelayer: { returnUris: [registered] } })
    const made = await read(fetch(address, { method: 'POST', headers, body: JSON.stringify(connectionBody()) }))
    own.wait(24 * 3_600_000)
    const list = await own.control<{ connections: { id: string; status: string; failureReason: string }[] }>(
      'GET',
      '/truelayer/connections',
    )
    expect(list.connections).toMatchObject([{ id: made.body.id, status: 'failed', failureReason: 'expired' }])
    await own.close()
  })

  it('gives 403 once the person revoked it, 404 when unknown', async () => {
    const connection = await truelayer.started()
    await connection.decide({ action: 'approve' })
    await sandbox.control('POST', `/truelayer/connections/${connection.id}`, { action: 'revoke' })
    expect(await connection.accounts()).toMatchObject({ status: 403, body: { title: 'Forbidden' } })
    expect(await truelayer.get('/v3/connected-accounts', { 'connection-id': randomUUID() })).toMatchObject({
      status: 404,
      body: { title: 'Not Found' },
    })
    expect(await truelayer.get('/v3/nothing')).toMatchObject({ status: 404, body: { title: 'Not Found' } })
  })
})

it('answers four calls a day for a connection where no person waits, and every one where a person does', async () => {
  const own = await running()
  const client = await truelayerClient(own)
  const connection = await client.started()
  const unseen = async () => (await connection.accounts('', null)).status
  expect([await unseen(), await unseen(), await unseen(), await unseen(), await unseen()]).toEqual([
    400, 400, 400, 400, 429,
  ])
  expect((await connection.accounts()).status).toBe(400)
  expect((await (await client.started()).accounts('', null)).status).toBe(400)
  own.wait(24 * 3_600_000)
  const bearer = await truelayerClient(own)
  const again = await bearer.get('/v3/connected-accounts', { 'connection-id': connection.id })
  expect(again.status).toBe(400)
  await own.close()
})

describe('a fault', () => {
  it('lets the bank be down, the token end, the state lag', async () => {
    const connection = await truelayer.started()
    await connection.decide({ action: 'approve' })
    const fault = (kind: string) =>
      sandbox.control('POST', '/faults', { provider: 'truelayer', operation: 'accounts', kind, match: connection.id })
    await fault('processing')
    expect(await connection.accounts()).toMatchObject({ status: 400, body: { title: 'Invalid State' } })
    await fault('bank_down')
    expect(await connection.accounts()).toMatchObject({ status: 502, body: { title: 'Provider Error' } })
    await fault('bank_times_out')
    expect(await connection.accounts()).toMatchObject({ status: 504, body: { title: 'Gateway Timeout' } })
    await fault('token_expired')
    expect(await connection.accounts()).toMatchObject({ status: 401, body: { title: 'Unauthenticated' } })
    expect((await connection.accounts()).status).toBe(200)
  })
})

describe('a webhook', () => {
  const events = (hook: { received: { body: string }[] }, id: string) =>
    hook.received.map(({ body }) => JSON.parse(body)).filter((one) => one.connection_id === id)

  it('tells where a connection ended, before the browser goes on, signed by a key that anybody may read', async () => {
    const hook = await receiver()
    await sandbox.control('POST', '/setup', { truelayer: { webhookUrl: `${hook.url}/hooks/truelayer` } })
    const metadata = { session: randomUUID() }
    const [approved, refused] = [await truelayer.started({ metadata }), await truelayer.started()]
    await approved.decide({ action: 'approve' })
    expect(events(hook, approved.id)).toEqual([
      {
        type: 'connection_authorized',
        event_version: 1,
        event_id: expect.any(String),
        connection_id: approved.id,
        authorized_at: expect.any(String),
        metadata,
      },
    ])
    await refused.decide({ action: 'refuse' })
    expect(events(hook, refused.id)).toMatchObject([
      { type: 'connection_failed', failure_stage: 'authorization_required', failure_reason: 'provider_rejected' },
    ])
    const { headers, path } = hook.received[0]!
    const header = JSON.parse(Buffer.from(headers['tl-signature']!.split('.')[0]!, 'base64url').toString())
    expect([path, header.tl_headers]).toEqual(['/hooks/truelayer', 'X-Tl-Webhook-Timestamp,Content-Type'])
    expect((await read(fetch(header.jku))).body).toMatchObject({
      keys: [{ kid: header.kid, kty: 'EC', crv: 'P-521' }],
    })
    await sandbox.control('POST', '/setup', { truelayer: { webhookUrl: null } })
    await hook.close()
  })

  it('can be lost, and come twice', async () => {
    const hook = await receiver()
    await sandbox.control('POST', '/setup', { truelayer: { webhookUrl: hook.url } })
    const [lost, twice] = [await truelayer.started(), await truelayer.started()]
    const fault = (kind: string, match: string) =>
      sandbox.control('POST', '/faults', { provider: 'truelayer', operation: 'webhook', kind, match })
    await fault('webhook_lost', lost.id)
    await lost.decide({ action: 'approve' })
    await fault('webhook_twice', twice.id)
    await twice.decide({ action: 'approve' })
    expect(events(hook, lost.id)).toEqual([])
    const [one, other] = events(hook, twice.id)
    expect(one.event_id).toBe(other.event_id)
    await sandbox.control('POST', '/setup', { truelayer: { webhookUrl: null } })
    await hook.close()
  })
})

async function held(id: string) {
  const { connections } = await sandbox.control<{ connections: { id: string }[] }>('GET', '/truelayer/connections')
  return connections.find((connection) => connection.id === id)
}
