import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { type Running, read, running } from './running.ts'
import { askToken, connectionBody, returnUri, truelayerClient } from './truelayerClient.ts'

let sandbox: Running
let truelayer: Awaited<ReturnType<typeof truelayerClient>>
beforeAll(async () => {
  sandbox = await running()
  await sandbox.control('POST', '/setup', { truelayer: { perSecond: 1000 } })
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
        fetch(`${own.url}/truelayer/api/v3/data-connections/${randomUUID()}`, {
          headers: { authorization: `Bearer ${bearer}` },
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
      type: expect.stringContaining('https://'),
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

  it('happens once per idempotency key', async () => {
    const body = connectionBody()
    const key = { 'idempotency-key': randomUUID() }
    const first = await truelayer.create(body, key)
    expect((await truelayer.create(body, key)).body).toEqual(first.body)
    expect((await truelayer.create(connectionBody(), key)).status).toBe(422)
    expect((await truelayer.create(body, { 'idempotency-key': 'no uuid' })).status).toBe(400)
  })

  it('checks the return address once some are registered', async () => {
    await sandbox.control('POST', '/setup', { truelayer: { returnUris: ['http://127.0.0.1:3999/bank/return'] } })
    expect((await truelayer.create(connectionBody())).status).toBe(201)
    const elsewhere = { hosted_page: { type: 'authorization_flow', return_uri: 'http://127.0.0.1:3999/other' } }
    expect((await truelayer.create(connectionBody(elsewhere))).status).toBe(400)
    await sandbox.control('POST', '/setup', { truelayer: { returnUris: [] } })
  })
})

describe('a connection', () => {
  it('goes from authorization_required over authorizing to authorized', async () => {
    const connection = await truelayer.started({ provider_selection: { type: 'user_selected' } })
    expect(await connection.status()).toMatchObject({ status: 'authorization_required' })
    expect(await connection.accounts()).toMatchObject({ status: 400, body: { title: 'Invalid State' } })
    const step = (path: string, fields: Record<string, string>) =>
      fetch(connection.page + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
    expect((await step('/bank', { provider_id: 'ob-kestrel' })).status).toBe(303)
    expect((await step('/sign-in', { customer: '1' })).status).toBe(303)
    expect(await connection.status()).toMatchObject({ status: 'authorizing' })
    const answer = await connection.decide({ action: 'approve' })
    expect(answer.status).toBe(303)
    const landed = new URL(answer.headers.get('location')!)
    expect(landed.href.startsWith(returnUri)).toBe(true)
    expect(landed.search).not.toContain(connection.id)
    expect(await connection.status()).toMatchObject({
      id: connection.id,
      status: 'authorized',
      provider: { provider_id: 'ob-kestrel', display_name: 'Kestrel' },
    })
  })

  it.each([
    ['cancel', 'canceled'],
    ['refuse', 'provider_rejected'],
    ['bank_down', 'provider_error'],
    ['approve_no_accounts', 'no_accounts'],
    ['expire', 'expired'],
  ])('fails for good after %s', async (action, reason) => {
    const connection = await truelayer.started()
    expect((await connection.decide({ action })).status).toBe(303)
    expect(await connection.status()).toMatchObject({ status: 'failed', failure_reason: reason })
    await connection.decide({ action: 'approve' })
    expect(await connection.status()).toMatchObject({ status: 'failed', failure_reason: reason })
  })

  it('takes a few checks when the bank takes its time', async () => {
    const connection = await truelayer.started()
    await connection.decide({ action: 'approve_later', polls: '1' })
    expect((await connection.accounts()).body).toMatchObject({ title: 'Invalid State' })
    expect(await connection.status()).toMatchObject({ status: 'authorizing' })
    expect(await connection.status()).toMatchObject({ status: 'authorized' })
  })

  it('waits for a second person, who may approve', async () => {
    const connection = await truelayer.started()
    await connection.decide({ action: 'signatory' })
    expect(await connection.status()).toMatchObject({ status: 'authorizing', pending_reason: 'additional_signatory' })
    await sandbox.control('POST', `/truelayer/connections/${connection.id}`, { action: 'approve' })
    expect(await connection.status()).toMatchObject({ status: 'authorized' })
  })

  it('may be approved by somebody who does not come back', async () => {
    const connection = await truelayer.started()
    const answer = await connection.decide({ action: 'never_return' })
    expect(new URL(answer.headers.get('location')!, connection.page).href).toBe(connection.page)
    expect(await connection.status()).toMatchObject({ status: 'authorized' })
  })

  it('expires a day after it was started', async () => {
    const own = await running()
    const bearer = String((await askToken(own.url)).body.access_token)
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const address = `${own.url}/truelayer/api/v3/data-connections`
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
    expect(await truelayer.get(`/v3/data-connections/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { title: 'Not Found' },
    })
    expect(await truelayer.get('/v3/nothing')).toMatchObject({ status: 404, body: { title: 'Not Found' } })
  })
})

it('limits requests without a present user', async () => {
  await sandbox.control('POST', '/setup', { truelayer: { perSecond: 1 } })
  const path = `/v3/data-connections/${randomUUID()}`
  const plain = await Promise.all([truelayer.get(path), truelayer.get(path), truelayer.get(path)])
  const present = await Promise.all([1, 2, 3].map(() => truelayer.get(path, { 'tl-user-ip': '203.0.113.7' })))
  await sandbox.control('POST', '/setup', { truelayer: { perSecond: 1000 } })
  expect(plain.find(({ status }) => status === 429)?.body).toMatchObject({ title: 'Rate Limit Exceeded' })
  expect(present.map(({ status }) => status)).toEqual([404, 404, 404])
})

describe('a fault', () => {
  it('lets the bank be down, the token end, the status lag', async () => {
    const connection = await truelayer.started()
    const fault = (operation: string, kind: string, times = 1) =>
      sandbox.control('POST', '/faults', { provider: 'truelayer', operation, kind, times, match: connection.id })
    await fault('status', 'processing', 2)
    expect(await connection.status()).toMatchObject({ status: 'authorization_required' })
    await connection.decide({ action: 'approve' })
    expect(await connection.status()).toMatchObject({ status: 'authorizing' })
    expect(await connection.status()).toMatchObject({ status: 'authorizing' })
    expect(await connection.status()).toMatchObject({ status: 'authorized' })
    await fault('accounts', 'bank_down')
    expect(await connection.accounts()).toMatchObject({ status: 502, body: { title: 'Provider Error' } })
    await fault('accounts', 'token_expired')
    expect(await connection.accounts()).toMatchObject({ status: 401, body: { title: 'Unauthenticated' } })
    expect((await connection.accounts()).status).toBe(200)
  })
})
