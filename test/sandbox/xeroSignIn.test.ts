import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { type Running, running } from './running.ts'
import { claimsOf, redirectUri, scope, xeroClient } from './xeroClient.ts'

let sandbox: Running
let xero: ReturnType<typeof xeroClient>
beforeAll(async () => {
  sandbox = await running()
  xero = xeroClient(sandbox)
})
afterAll(() => sandbox.close())

describe('the authorise page', () => {
  it.each([
    ['another client', { client_id: 'OTHER' }, 'unauthorized_client'],
    ['a redirect elsewhere over http', { redirect_uri: 'http://harbour.example/x' }, 'unauthorized_client'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no scope', { scope: undefined }, 'invalid_request'],
    ['a retired scope', { scope: 'openid accounting.transactions' }, 'invalid_scope'],
    ['a retired read scope', { scope: 'accounting.transactions.read' }, 'invalid_scope'],
    ['retired reports', { scope: 'accounting.reports.read' }, 'invalid_scope'],
    ['an unknown scope', { scope: 'everything' }, 'invalid_scope'],
    ['a plain challenge', { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge of unsaid method', { code_challenge: 'x'.repeat(43) }, 'invalid_request'],
  ])('refuses %s without sending anybody back', async (_name, changes, error) => {
    const { status, text } = await xero.authorise(changes)
    expect(status).toBe(400)
    expect(text).toContain(error)
  })

  it('takes registered addresses only, exactly, once there are some', async () => {
    await sandbox.control('POST', '/setup', { xero: { redirectUris: [redirectUri] } })
    expect((await xero.authorise()).status).toBe(200)
    expect((await xero.authorise({ redirect_uri: `${redirectUri}/` })).status).toBe(400)
    await sandbox.control('POST', '/setup', { xero: { redirectUris: [] } })
  })

  it('sends back with a code and the state, or with access_denied', async () => {
    const approved = await xero.decide([['action', 'approve']])
    expect(approved.status).toBe(303)
    expect(approved.landed.origin + approved.landed.pathname).toBe(redirectUri)
    expect(Object.fromEntries(approved.landed.searchParams)).toEqual({
      code: expect.any(String),
      scope,
      state: 'opaque',
      session_state: expect.any(String),
    })
    const cancelled = await xero.decide([['action', 'cancel']])
    expect(Object.fromEntries(cancelled.landed.searchParams)).toEqual({ error: 'access_denied', state: 'opaque' })
  })

  it('lets only advisers and standard users connect', async () => {
    const user = 'reader@marshlowe.example'
    await sandbox.control('POST', '/xero/users', { email: user, organisations: [], role: 'read_only' })
    const answer = await xero.decide([
      ['action', 'approve'],
      ['user', user],
    ])
    expect(answer.status).toBe(422)
  })
})

describe('the token endpoint', () => {
  const code = async (changes: Record<string, string> = {}) =>
    (await xero.decide([['action', 'approve']], changes)).landed.searchParams.get('code')!

  it('gives tokens that tell the authorisation, signed, for 30 minutes', async () => {
    const { status, body } = await xero.exchange(await code())
    expect(status).toBe(200)
    expect(body).toEqual({
      id_token: expect.any(String),
      access_token: expect.any(String),
      expires_in: 1800,
      token_type: 'Bearer',
      refresh_token: expect.any(String),
      scope,
    })
    const access = String(body.access_token)
    expect(claimsOf(access)).toMatchObject({
      iss: `${sandbox.url}/xero/identity`,
      client_id: credentials.xero.clientId,
      authentication_event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      xero_userid: expect.any(String),
      scope: scope.split(' '),
    })
    expect(claimsOf(String(body.id_token))).toMatchObject({ aud: credentials.xero.clientId })
  })

  it('takes a code once, within 5 minutes, at its own address, from this client', async () => {
    const once = await code()
    expect((await xero.exchange(once)).status).toBe(200)
    expect(await xero.exchange(once)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    const elsewhere = { redirect_uri: 'http://127.0.0.1:3999/other' }
    expect((await xero.exchange(await code(), elsewhere)).body).toEqual({ error: 'invalid_grant' })
    const old = await code()
    sandbox.wait(5 * 60_000)
    expect((await xero.exchange(old)).body).toEqual({ error: 'invalid_grant' })
    const wrong = await xero.form(
      '/connect/token',
      { grant_type: 'authorization_code', code: await code(), redirect_uri: redirectUri },
      `Basic ${btoa('SANDBOXXEROCLIENT:wrong')}`,
    )
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_client' } })
    expect((await xero.form('/connect/token', { grant_type: 'password' })).body.error).toBe('unsupported_grant_type')
  })

  it('verifies PKCE', async () => {
    const verifier = 'v'.repeat(43)
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    expect((await xero.exchange(await code(pkce))).status).toBe(400)
    expect((await xero.exchange(await code(pkce), { code_verifier: 'w'.repeat(43) })).status).toBe(400)
    expect((await xero.exchange(await code(), { code_verifier: verifier })).status).toBe(400)
    expect((await xero.exchange(await code(pkce), { code_verifier: verifier })).status).toBe(200)
  })

  it('gives a refresh token only for offline_access', async () => {
    const user: [string, string] = ['user', 'fresh@marshlowe.example']
    const { landed } = await xero.decide([['action', 'approve'], user], { scope: 'openid accounting.settings.read' })
    const { body } = await xero.exchange(landed.searchParams.get('code')!)
    expect(body).not.toHaveProperty('refresh_token')
    // A later consent of the same person adds to the granted scopes.
    const more = await xero.decide([['action', 'approve'], user], { scope: 'offline_access' })
    expect((await xero.exchange(more.landed.searchParams.get('code')!)).body.scope).toBe(
      'openid accounting.settings.read offline_access',
    )
  })

  it('replaces a refresh token at each use and forgives its reuse for 30 minutes', async () => {
    const first = await xero.connect([])
    const second = await xero.refresh(first.refresh)
    expect(second.body.refresh_token).not.toBe(first.refresh)
    expect(claimsOf(String(second.body.access_token)).authentication_event_id).toBe(
      claimsOf(first.access).authentication_event_id,
    )
    sandbox.wait(29 * 60_000)
    expect((await xero.refresh(first.refresh)).status).toBe(200)
    sandbox.wait(60_000)
    expect(await xero.refresh(first.refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await xero.refresh(String(second.body.refresh_token))).status).toBe(200)
  })

  it('forgets a refresh token that was not used for 60 days', async () => {
    const { refresh } = await xero.connect([])
    sandbox.wait(60 * 24 * 3_600_000)
    expect((await xero.refresh(refresh)).body).toEqual({ error: 'invalid_grant' })
  })

  it('refuses by fault', async () => {
    const { refresh } = await xero.connect([])
    const fault = { provider: 'xero', operation: 'refresh', kind: 'invalid_grant', match: refresh }
    await sandbox.control('POST', '/faults', fault)
    expect((await xero.refresh(refresh)).body).toEqual({ error: 'invalid_grant' })
    expect((await xero.refresh(refresh)).status).toBe(200)
  })
})
