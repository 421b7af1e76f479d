import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { totp } from '../../totp.ts'
import { linkIn, mailbox } from '../client/mailbox.ts'
import { type Answer, cookiesOf, PASSWORD, startStaffApi } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend() }))

const auth = (path: string, body: unknown, cookie = '') =>
  api.call(`/api/auth/${path}`, {
    method: 'POST',
    body,
    key: null,
    headers: { origin: api.url, ...(cookie && { cookie }) },
  })
const said = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`.trim()
const mailed = (to: string, subject: string) => mailbox(sandbox).mailed(to, subject)

/** Creates a practice with an admin whose sign-in is eleven minutes old. */
async function admin() {
  const practice = await api.createPractice()
  const domain = `${practice.slug}.example`
  const person = await api.createPerson('practice_admin', practice, { email: `rosa@${domain}`, name: 'Rosa Marsh' })
  const other = await api.createPerson('practice_admin', practice, { email: `ann@${domain}`, name: 'Ann Lowe' })
  const cookie = await api.signIn(person)
  await age(person.id)
  const as = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    api.callAs(cookie, path, { method, ...(body && { body }) })
  return { practice, person, other, cookie, as }
}
const age = (userId: string) =>
  api.owner`UPDATE identity.session SET authenticated_at = now() - interval '11 minutes' WHERE user_id = ${userId}`

const KEY = { name: 'Till', scopes: ['read'] }
const PROVIDER = { issuer: 'http://127.0.0.1:9', clientId: 'embark', clientSecret: 'secret' }

describe('a sign-in that is older than ten minutes', () => {
  test.each([
    ['making an API key', 'POST', 'api-keys', KEY, 201],
    ['setting single sign-on up', 'PATCH', 'sign-on', PROVIDER, 200],
    ['ending single sign-on', 'DELETE', 'sign-on', undefined, 200],
  ] as const)('needs the password again for %s, which then goes on', async (_what, method, path, body, status) => {
    const { practice, cookie, as } = await admin()
    const refused = await as(method, path, body)
    expect([said(refused), refused.body.url]).toEqual(['403 confirm_sign_in', null])
    expect(await api.owner`SELECT FROM api_key WHERE practice_id = ${practice.id} AND name = 'Till'`).toHaveLength(0)
    expect(await api.owner`SELECT FROM sign_on WHERE practice_id = ${practice.id}`).toHaveLength(0)
    expect(said(await auth('verify-password', { password: 'not the right one' }, cookie))).toBe('400 INVALID_PASSWORD')
    expect(said(await as(method, path, body))).toBe('403 confirm_sign_in')
    expect(said(await auth('verify-password', { password: PASSWORD }, cookie))).toBe('200')
    expect((await as(method, path, body)).status).toBe(status)
  })

  test('turns no second factor on that was begun before', async () => {
    const { person, cookie } = await admin()
    const begun = await auth('two-factor/enable', { password: PASSWORD }, cookie)
    const secret = new URL(begun.body.totpURI).searchParams.get('secret')!
    await age(person.id)
    expect(said(await auth('two-factor/verify-totp', { code: totp(secret) }, cookie))).toBe('403 CONFIRM_SIGN_IN')
    expect(said(await auth('two-factor/enable', { password: PASSWORD }, cookie))).toBe('200')
  })

  test('of a key is no matter: keys manage none of it', async () => {
    const { practice } = await admin()
    expect(said(await api.post('api-keys', KEY, { key: practice.key }))).toBe('403 no_right')
  })
})

describe('is told by mail', () => {
  test('whoever changed or reset their password', async () => {
    const { person, cookie } = await admin()
    const body = { currentPassword: PASSWORD, newPassword: 'four words make another' }
    expect(said(await auth('change-password', body, cookie))).toBe('200')
    const mail = await mailed(person.email, 'Your Embark password was changed')
    expect(mail.text).toMatch(/Your password was changed, .* on \w+ \d+ \w+ \d{4} at \d\d:\d\d \(UTC\)/)
    expect(linkIn(mail)).toBe(`${api.url}/forgot`)
    const { other } = await admin()
    await auth('request-password-reset', { email: other.email })
    const token = linkIn(await mailed(other.email, 'Reset your Embark password')).split('/reset/')[1]!
    expect(said(await auth('reset-password', { token, newPassword: 'four words make another' }))).toBe('200')
    await mailed(other.email, 'Your Embark password was changed')
  })

  test('whoever turned their second factor on or off', async () => {
    const { person, cookie } = await admin()
    const begun = await auth('two-factor/enable', { password: PASSWORD }, cookie)
    const secret = new URL(begun.body.totpURI).searchParams.get('secret')!
    const on = await auth('two-factor/verify-totp', { code: totp(secret) }, cookie)
    await mailed(person.email, 'Your second factor was switched on')
    expect(said(await auth('two-factor/disable', { password: PASSWORD }, cookiesOf(on)))).toBe('200')
    await mailed(person.email, 'Your second factor was switched off')
  })

  test('every Practice Admin, of a key and of single sign-on', async () => {
    const { person, other, cookie, as } = await admin()
    await auth('verify-password', { password: PASSWORD }, cookie)
    expect((await as('POST', 'api-keys', KEY)).status).toBe(201)
    expect((await as('PATCH', 'sign-on', PROVIDER)).status).toBe(200)
    expect((await as('DELETE', 'sign-on')).status).toBe(200)
    for (const { email } of [person, other]) {
      const mail = await mailed(email, 'An API key was created at Marsh & Lowe Accountants')
      expect(mail.text).toContain('Rosa Marsh created the API key “Till” at Marsh & Lowe Accountants')
      await mailed(email, 'Single sign-on was changed at Marsh & Lowe Accountants')
      await mailed(email, 'Single sign-on was ended at Marsh & Lowe Accountants')
    }
  })
})
