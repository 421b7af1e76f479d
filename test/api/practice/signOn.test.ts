import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startOidcProvider } from '../../oidcProvider.ts'
import { waitFor } from '../../waitFor.ts'
import { startStaffApi, type TestPractice } from '../staffHarness.ts'

const api = forFile(() => startStaffApi({ now: () => Date.now() + laterMs }))
let idp: Awaited<ReturnType<typeof startOidcProvider>>
let issuer: string
let accounts: typeof idp.accounts
/** Time in ms by which the clock of provider descriptions is ahead. */
let laterMs = 0

beforeAll(async () => {
  idp = await startOidcProvider(api.url)
  issuer = idp.issuer
  accounts = idp.accounts
})
// Only a test sends so many sign-ins from one address.
beforeEach(() => api.owner`DELETE FROM rate_limit WHERE key LIKE 'auth:%'`)
afterAll(async () => {
  await idp?.stop()
})

/** A browser: keeps cookies, follows redirects, and fills in the provider's forms. Ends at the first page of ours. */
async function browse(start: string, login: string, jar = new Map<string, string>(), alter = (to: string) => to) {
  let url = start
  let logins = 0
  let form: URLSearchParams | null = null
  for (let steps = 0; steps < 20; steps += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie },
      ...(form && { body: form }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = line.match(/^([^=]+)=([^;]*)/) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const location = response.headers.get('location')
    form = null
    if (location) {
      url = alter(new URL(location, url).href)
      if (url.startsWith(api.url) && !url.includes('/api/auth/')) return { url, cookies: cookiesIn(jar), jar, logins }
      continue
    }
    const html = await response.text()
    const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1]
    if (!action) throw new Error(`no way on from ${url}: ${response.status} ${html.slice(0, 300)}`)
    form = new URLSearchParams()
    for (const [, name, value] of html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
      form.set(name!, value!)
    }
    if (form.get('prompt') === 'login') {
      logins += 1
      form.set('login', login)
      form.set('password', 'any')
    }
    url = new URL(action, url).href
  }
  throw new Error('twenty steps and no end')
}
const cookiesIn = (jar: Map<string, string>) =>
  [...jar]
    .filter(([name]) => name.startsWith('embark'))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')

/** Creates a practice with single sign-on, and its admin. */
async function withSignOn(changes: object = {}) {
  const practice = await api.createPractice()
  const domain = `${practice.slug}.example`
  const admin = await api.createPerson('practice_admin', practice, { email: `rosa@${domain}`, name: 'Rosa Marsh' })
  const cookie = await api.signIn(admin)
  const as = (method: 'GET' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    api.callAs(cookie, path, { method, ...(body && { body }) })
  const set = await as('PATCH', 'sign-on', { issuer, clientId: 'embark', clientSecret: 'idp secret', ...changes })
  const begin: string = set.body.beginUrl
  return { practice, domain, admin, as, set, begin }
}

/** Creates a person of the practice whom the provider knows under `login`. */
async function known(practice: TestPractice, login: string, domain: string) {
  const person = await api.createPerson('standard', practice, { email: `${login}@${domain}` })
  accounts[login] = { email: person.email, email_verified: true }
  return person
}

describe('single sign-on', () => {
  test('lets a member in by the address the provider vouches for, into that practice alone', async () => {
    const { practice, domain, set, begin } = await withSignOn()
    expect(set.body).toMatchObject({ issuer, clientId: 'embark', domain, tested: false, required: false })
    expect(set.text).not.toContain('idp secret')
    const person = await known(practice, 'priya', domain)
    const other = await api.createPractice()
    await api.owner`INSERT INTO membership (practice_id, user_id, role) VALUES (${other.id}, ${person.id}, 'practice_admin')`

    expect((await browse(`${begin}?to=/settings/sign-on`, 'priya')).url).toBe(`${api.url}/settings/sign-on`)
    expect((await browse(`${begin}?to=https://elsewhere.example`, 'priya')).url).toBe(`${api.url}/clients`)
    const { url, cookies } = await browse(begin, 'priya')
    expect(url).toBe(`${api.url}/clients`)
    const me = await api.callAs(cookies, 'me')
    expect(me.body).toMatchObject({ user: { id: person.id }, practice: { id: practice.id }, role: 'standard' })
    expect(me.body.practices.map((one: { id: string }) => one.id)).toEqual([practice.id])
    expect((await api.callAs(cookies, 'onboardings', { practice: other.id })).body.code).toBe('no_practice')
    const [noted] = await api.owner`
      SELECT kind FROM audit_event WHERE practice_id = ${practice.id} AND actor_id = ${person.id} ORDER BY id DESC LIMIT 1`
    expect(noted?.kind).toBe('signed_in')
    // The provider's operator could open this session, so its browser does not count as known when a password is
    // guessed.
    expect(await api.owner`SELECT FROM identity.known_place WHERE user_id = ${person.id}`).toHaveLength(0)
  })

  test('lets in nobody who is no member, and nobody by an address that is not vouched for', async () => {
    const { practice, domain, begin } = await withSignOn()
    const elsewhere = await withSignOn()
    accounts.stranger = { email: elsewhere.admin.email, email_verified: true }
    expect((await browse(begin, 'stranger')).url).toContain('error=sign_on_no_member')
    await known(practice, 'unverified', domain)
    accounts.unverified!.email_verified = false
    expect((await browse(begin, 'unverified')).url).toContain('error=sign_on_no_member')
    expect((await browse(begin, 'unverified')).cookies).not.toContain('session_token')
  })

  test('stays with who was first let in: an address that changes hands there opens nothing here', async () => {
    const { practice, domain, begin } = await withSignOn()
    const person = await known(practice, 'first', domain)
    expect((await browse(begin, 'first')).url).toBe(`${api.url}/clients`)
    accounts.second = { email: person.email, email_verified: true }
    expect((await browse(begin, 'second')).url).toContain('error=sign_on_no_member')
  })

  test('takes a member whose provider leaves out whether the address is verified, as Entra does, and nobody else', async () => {
    const { practice, domain, begin } = await withSignOn()
    const person = await known(practice, 'entra', domain)
    accounts.entra = { email: person.email }
    const { cookies } = await browse(begin, 'entra')
    expect((await api.callAs(cookies, 'me')).body.user.id).toBe(person.id)
    accounts.outsider = { email: (await withSignOn()).admin.email }
    expect((await browse(begin, 'outsider')).url).toContain('error=sign_on_no_member')
  })

  test('takes members at a new provider, whatever that calls them', async () => {
    const { practice, domain, as, begin } = await withSignOn()
    const person = await known(practice, 'before', domain)
    expect((await browse(begin, 'before')).url).toBe(`${api.url}/clients`)
    const next = await startOidcProvider(api.url)
    try {
      next.accounts.after = { email: person.email, email_verified: true }
      next.accounts.taker = { email: person.email, email_verified: true }
      await as('PATCH', 'sign-on', { issuer: next.issuer })
      const { cookies } = await browse(begin, 'after')
      expect((await api.callAs(cookies, 'me')).body.user.id).toBe(person.id)
      expect((await browse(begin, 'taker')).url).toContain('error=sign_on_no_member')
      await as('PATCH', 'sign-on', { issuer })
      accounts.latecomer = { email: person.email, email_verified: true }
      expect((await browse(begin, 'latecomer')).url).toContain('error=sign_on_no_member')
      expect((await browse(begin, 'before')).url).toBe(`${api.url}/clients`)
    } finally {
      await next.stop()
    }
  })

  test.each([
    ['is changed', 'PATCH', { clientSecret: 'another' }],
    ['is removed', 'DELETE', undefined],
  ] as const)('ends every session it began when it %s, and no other', async (_what, method, body) => {
    const { practice, domain, admin, as, begin } = await withSignOn()
    await known(practice, 'leaving', domain)
    const elsewhere = await withSignOn()
    await known(elsewhere.practice, 'staying', elsewhere.domain)
    const { cookies } = await browse(begin, 'leaving')
    const { cookies: others } = await browse(elsewhere.begin, 'staying')
    expect((await as('PATCH', 'sign-on', { required: true })).status).toBe(200)
    expect((await api.callAs(cookies, 'me')).status).toBe(200)
    const byPassword = await api.signIn(admin)
    expect((await api.callAs(cookies, 'sign-on', { method: 'PATCH', body: {} })).body.code).toBe('no_right')
    await api.owner`UPDATE sign_on SET required = false WHERE practice_id = ${practice.id}`
    expect((await api.callAs(byPassword, 'sign-on', { method, ...(body && { body }) })).status).toBe(200)
    expect((await api.callAs(cookies, 'me')).body.code).toBe('session_ended')
    expect((await api.callAs(others, 'me')).status).toBe(200)
    expect((await api.callAs(byPassword, 'me')).status).toBe(200)
  })

  test('lets nobody in who comes back while it is changed', async () => {
    const { practice, domain, begin } = await withSignOn()
    const person = await known(practice, 'midway', domain)
    const came = await api.owner.begin(async (tx) => {
      await tx`UPDATE sign_on SET issuer = 'https://other.example' WHERE practice_id = ${practice.id}`
      await tx`SELECT set_config('app.practice_id', ${practice.id}, true), end_sign_on_sessions()`
      const coming = browse(begin, 'midway')
      await waitFor('the return to wait for the change', async () => {
        const [row] = await api.owner`
          SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%sign_on%'`
        return row?.n > 0
      })
      return { coming }
    })
    expect((await came.coming).url).toContain('error=sign_on_failed')
    expect(await api.owner`SELECT FROM identity.session WHERE user_id = ${person.id}`).toHaveLength(0)
  })

  test('gives a session that reads itself and signs out, and does nothing else to the person’s sign-in', async () => {
    const { practice, domain, begin } = await withSignOn()
    const person = await known(practice, 'bounded', domain)
    const byPassword = await api.signIn(person)
    const { cookies } = await browse(begin, 'bounded')
    const token = 'x'
    for (const [method, path, body] of [
      ['GET', 'list-sessions'],
      ['GET', 'list-accounts'],
      ['POST', 'revoke-session', { token }],
      ['POST', 'revoke-sessions', {}],
      ['POST', 'revoke-other-sessions', {}],
      ['POST', 'update-user', { name: 'Another Name' }],
      ['POST', 'update-session', { practiceId: null }],
      ['POST', 'change-password', { currentPassword: person.password, newPassword: 'four words make another' }],
      ['POST', 'verify-password', { password: person.password }],
      ['POST', 'unlink-account', { providerId: 'credential' }],
      ['POST', 'two-factor/enable', { password: person.password }],
      ['POST', 'two-factor/disable', { password: person.password }],
      ['POST', 'two-factor/get-totp-uri', { password: person.password }],
      ['POST', 'two-factor/generate-backup-codes', { password: person.password }],
      ['POST', 'two-factor/verify-totp', { code: '000000' }],
    ] as const) {
      const answer = await api.callAs(cookies, `/api/auth/${path}`, { method, ...(body && { body }) })
      expect([path, answer.status, answer.body?.code]).toEqual([path, 403, 'SIGN_ON_SESSION'])
    }
    expect((await api.callAs(cookies, '/api/auth/get-session')).body.user.id).toBe(person.id)
    expect((await api.callAs(cookies, 'me')).body.user).toMatchObject({ name: person.name, signOn: true })
    expect((await api.callAs(byPassword, 'me')).body.user.signOn).toBe(false)
    expect((await api.callAs(byPassword, '/api/auth/list-sessions')).body).toHaveLength(2)
    expect((await api.callAs(cookies, '/api/auth/sign-out', { method: 'POST', body: {} })).status).toBe(200)
    expect((await api.callAs(cookies, 'me')).body.code).toBe('session_ended')
    expect((await api.callAs(byPassword, 'me')).status).toBe(200)
  })

  test('comes back only to the browser that left, once', async () => {
    const { practice, domain, begin } = await withSignOn()
    await known(practice, 'replayed', domain)
    const { jar } = await browse(begin, 'replayed')
    const forged = await fetch(`${api.url}/api/auth/sign-on/return?code=x&state=y`, { redirect: 'manual' })
    expect(forged.headers.get('location')).toContain('error=sign_on_failed')
    const again = await fetch(`${api.url}/api/auth/sign-on/return?code=x&state=y`, {
      redirect: 'manual',
      headers: { cookie: cookiesIn(jar) },
    })
    expect(again.headers.get('location')).toContain('error=sign_on_failed')
  })

  test('can be required once it has worked, and then no password opens the practice', async () => {
    const { practice, domain, admin, as, begin } = await withSignOn()
    const early = await as('PATCH', 'sign-on', { required: true })
    expect([early.status, early.body.code]).toEqual([409, 'not_tested'])
    accounts.admin = { email: admin.email, email_verified: true }
    const { cookies } = await browse(begin, 'admin')
    expect((await as('PATCH', 'sign-on', { required: true })).body).toMatchObject({ tested: true, required: true })
    const byPassword = await api.signIn(admin)
    expect((await api.callAs(byPassword, 'me')).body.code).toBe('sign_on_required')
    expect((await api.callAs(byPassword, 'me')).body.url).toBe(begin)
    expect((await api.callAs(byPassword, 'onboardings', { practice: practice.id })).body.code).toBe('sign_on_required')
    expect((await api.callAs(cookies, 'me')).body.practice.id).toBe(practice.id)
    const found = await api.post('sign-on/find', { email: `anybody@${domain}` }, { key: null })
    expect(found.body.items).toEqual([{ name: 'Marsh & Lowe Accountants', url: begin }])
    const changed = await api.callAs(cookies, 'sign-on', { method: 'PATCH', body: { clientSecret: 'another' } })
    expect(changed.body).toMatchObject({ tested: false, required: false })
    expect((await api.callAs(byPassword, 'sign-on', { method: 'DELETE' })).body.issuer).toBeNull()
    expect((await browse(begin, 'admin')).url).toContain('error=sign_on_unknown')
  })

  test('is asked for again at the provider, for what needs a recent sign-in', async () => {
    const { admin, begin } = await withSignOn()
    accounts.again = { email: admin.email, email_verified: true }
    const { cookies, jar } = await browse(begin, 'again')
    const makeKey = (cookie: string) =>
      api.callAs(cookie, 'api-keys', { method: 'POST', body: { name: 'Till', scopes: ['read'] } })
    await api.owner`
      UPDATE identity.session SET authenticated_at = now() - interval '11 minutes' WHERE user_id = ${admin.id}`
    const refused = await makeKey(cookies)
    expect([refused.status, refused.body.code]).toEqual([403, 'confirm_sign_in'])
    const { url } = refused.body as { url: string }
    expect(url).toBe(`${begin}?to=/signed-in-again`)
    const sent = await fetch(url, { redirect: 'manual' })
    expect(new URL(sent.headers.get('location') ?? '').searchParams.get('max_age')).toBe('0')
    // A provider that does not ask, and so reports no time, confirms nothing.
    const unasked = await browse(url, 'again', new Map(jar), (to) => to.replace(/&max_age=0/, ''))
    expect([unasked.url, unasked.logins]).toEqual([`${api.url}/sign-in?error=sign_on_failed`, 0])
    expect((await makeKey(unasked.cookies)).body.code).toBe('confirm_sign_in')
    // It still knows them, and asks for the password anyway.
    const back = await browse(url, 'again', jar)
    expect([back.url, back.logins]).toEqual([`${api.url}/signed-in-again`, 1])
    expect((await makeKey(back.cookies)).status).toBe(201)
  })

  test('with a provider that is away, or a wrong secret, says that it failed', async () => {
    const nowhere = await withSignOn({ issuer: 'http://127.0.0.1:9' })
    expect((await browse(nowhere.begin, 'x')).url).toContain('error=sign_on_failed')
    const wrong = await withSignOn({ clientSecret: 'not the secret' })
    await known(wrong.practice, 'wrong', wrong.domain)
    expect((await browse(wrong.begin, 'wrong')).url).toContain('error=sign_on_failed')
  })

  test('takes no issuer that leads into our own network, and no domain of everybody', async () => {
    const { as } = await withSignOn()
    for (const inner of [
      'https://10.0.0.1',
      'https://localhost',
      'https://idp.internal',
      'http://idp.example.com',
      'ftp://x.example',
      'nonsense',
      'https://[::1]',
      'https://127.0.0.1.nip.io',
      'https://foo.svc',
      'https://router.home.arpa',
      'https://user:password@login.example.com',
      'https://login.example.com:8443',
      'http://localhost:9',
    ]) {
      const answer = await as('PATCH', 'sign-on', { issuer: inner })
      expect([inner, answer.status, answer.body.errors?.[0]?.field]).toEqual([inner, 422, 'issuer'])
    }
    const practice = await api.createPractice()
    const cookie = await api.signIn(
      await api.createPerson('practice_admin', practice, { email: `${practice.slug}@gmail.com` }),
    )
    const body = { issuer, clientId: 'embark', clientSecret: 'x' }
    expect((await api.callAs(cookie, 'sign-on', { method: 'PATCH', body })).body.code).toBe('personal_domain')
  })
})

/** Serves an issuer with this listener; passes its address to `work`. */
async function serve(listener: RequestListener, work: (url: string) => Promise<void>) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
/** Returns a provider's description; `more` changes it. */
const description = (url: string, more: object = {}) =>
  JSON.stringify({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    ...more,
  })

describe('what a provider answers', () => {
  test('is bounded: a description that never ends is given up, and its connection closed', async () => {
    const closed = Promise.withResolvers<void>()
    let written = 0
    const endless: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"issuer":"')
      const part = 'x'.repeat(64 * 1024)
      const more = () => {
        written += part.length
        if (!response.destroyed && response.write(part)) setImmediate(more)
      }
      response.on('drain', more).on('close', closed.resolve)
      more()
    }
    await serve(endless, async (url) => {
      const { begin } = await withSignOn({ issuer: url })
      expect((await browse(begin, 'x')).url).toContain('error=sign_on_failed')
      await closed.promise
      expect(written).toBeLessThan(16 * 1024 * 1024)
    })
  })

  test('leads nowhere inside: every endpoint it names passes the same guard, and no redirect is followed', async () => {
    let visits = 0
    const inner: RequestListener = (_request, response) => {
      visits += 1
      response.end('{}')
    }
    await serve(inner, async (innerUrl) => {
      const inside = innerUrl.replace('127.0.0.1', 'localhost')
      const lies: [name: string, answer: (url: string) => { status: number; location?: string; body?: string }][] = [
        ['a token endpoint inside', (url) => ({ status: 200, body: description(url, { token_endpoint: inside }) })],
        ['keys inside', (url) => ({ status: 200, body: description(url, { jwks_uri: 'https://10.0.0.1/jwks' }) })],
        [
          'people inside',
          (url) => ({ status: 200, body: description(url, { userinfo_endpoint: 'https://foo.svc/' }) }),
        ],
        [
          'a page without https',
          (url) => ({ status: 200, body: description(url, { authorization_endpoint: 'http://login.example.com/' }) }),
        ],
        [
          'an endpoint that is none',
          (url) => ({ status: 200, body: description(url, { end_session_endpoint: 'javascript:0' }) }),
        ],
        ['a redirect', () => ({ status: 302, location: `${innerUrl}/.well-known/openid-configuration` })],
      ]
      for (const [name, answer] of lies) {
        let url = ''
        const lying: RequestListener = (_request, response) => {
          const { status, location, body } = answer(url)
          response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) }).end(body)
        }
        await serve(lying, async (address) => {
          url = address
          const { begin } = await withSignOn({ issuer: url })
          const { headers } = await fetch(begin, { redirect: 'manual' })
          expect([name, headers.get('location')]).toEqual([name, `${api.url}/sign-in?error=sign_on_failed`])
        })
      }
      expect(visits).toBe(0)
    })
  })

  test('is read once for many sign-ins', async () => {
    const { practice, domain, begin } = await withSignOn()
    await known(practice, 'often', domain)
    await browse(begin, 'often')
    const before = idp.described.reads
    await browse(begin, 'often')
    await fetch(begin, { redirect: 'manual' })
    expect(idp.described.reads).toBe(before)
  })

  test('is asked for no faster than one network may: later steps are told to wait', async () => {
    const { begin } = await withSignOn()
    await api.owner`
      INSERT INTO rate_limit (key, hits, resets_at) VALUES ('sign_on:127.0.0.1', 1000, now() + interval '1 minute')
      ON CONFLICT (key) DO UPDATE SET hits = excluded.hits, resets_at = excluded.resets_at`
    const { headers } = await fetch(begin, { redirect: 'manual' })
    await api.owner`DELETE FROM rate_limit WHERE key = 'sign_on:127.0.0.1'`
    expect(headers.get('location')).toBe(`${api.url}/sign-in?error=sign_on_busy`)
  })
})

test('a provider that uses another host than when it was tested lets nobody in until an admin confirms it', async () => {
  const { practice, domain, admin, as, begin } = await withSignOn()
  const person = await known(practice, 'pinned', domain)
  expect((await browse(begin, 'pinned')).url).toBe(`${api.url}/clients`)
  const { host } = new URL(issuer)
  expect((await as('GET', 'sign-on')).body).toMatchObject({ hosts: [host], unconfirmedHosts: [] })
  await as('PATCH', 'sign-on', { required: true })

  idp.described.more = { revocation_endpoint: 'https://elsewhere.example.com/revoke' }
  laterMs = 60 * 60_000
  try {
    expect((await browse(begin, 'pinned')).url).toContain('error=sign_on_changed')
    expect((await browse(begin, 'pinned')).url).toContain('error=sign_on_changed')
    // The requirement pauses, because admins could not confirm the change otherwise.
    const byPassword = await api.signIn(admin)
    const stopped = await api.callAs(byPassword, 'sign-on')
    expect(stopped.body).toMatchObject({ hosts: [host], unconfirmedHosts: ['elsewhere.example.com'], required: true })
    expect((await api.callAs(await api.signIn(person), 'me')).body.code).toBe('sign_on_required')
    const confirm = (confirmHosts: string[]) =>
      api.callAs(byPassword, 'sign-on', { method: 'PATCH', body: { confirmHosts } })
    expect((await confirm(['another.example.com'])).body.code).toBe('hosts_changed')
    const confirmed = await confirm(['elsewhere.example.com'])
    expect(confirmed.body).toMatchObject({ unconfirmedHosts: [], tested: true, required: true })
    expect(confirmed.body.hosts).toEqual([host, 'elsewhere.example.com'])
    expect((await api.callAs(byPassword, 'me')).body.code).toBe('sign_on_required')
    expect((await browse(begin, 'pinned')).url).toBe(`${api.url}/clients`)
  } finally {
    idp.described.more = {}
    laterMs = 0
  }
})
