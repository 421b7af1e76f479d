import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOidcProvider } from '../../oidcProvider.ts'
import { type StaffApi, startStaffApi, type TestPractice } from '../staffHarness.ts'

let api: StaffApi
let idp: Awaited<ReturnType<typeof startOidcProvider>>
let issuer: string
let accounts: typeof idp.accounts

beforeAll(async () => {
  api = await startStaffApi()
  idp = await startOidcProvider(api.url)
  issuer = idp.issuer
  accounts = idp.accounts
})
afterAll(async () => {
  await idp?.stop()
  await api?.stop()
})

/** A browser: keeps cookies, follows redirects, and fills the provider's forms in. Ends at the first page of ours. */
async function browse(start: string, login: string, jar = new Map<string, string>()) {
  let url = start
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
      url = new URL(location, url).href
      if (url.startsWith(api.url) && !url.includes('/api/auth/')) return { url, cookies: cookiesIn(jar), jar }
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

/** A practice that has single sign-on, and its admin. */
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

/** Somebody of the practice whom the provider knows under `login`. */
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
    expect((await api.callAs(cookies, 'sign-on', { method: 'DELETE' })).body.issuer).toBeNull()
    expect((await browse(begin, 'admin')).url).toContain('error=sign_on_unknown')
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
