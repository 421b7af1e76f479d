import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { waitFor } from '../../waitFor.ts'
import { linkIn, mailbox } from '../client/mailbox.ts'
import { cookiesOf, PASSWORD, startStaffApi } from '../staffHarness.ts'
import { askSignIn, confirmAt, newPractice, signUpAt } from './signingUp.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend(), breach: sandbox.pwned() }))

const OTHER_PASSWORD = 'four words make another'

const signUp = (email: string, more: object = {}) => signUpAt(api, email, more)
const auth = (path: string, body: unknown, cookie = '') => askSignIn(api, path, body, cookie)
const mailed = (to: string, subject: string) => mailbox(sandbox).mailed(to, subject)
const confirmLink = (to: string) => mailed(to, 'Confirm your email').then(linkIn)
const tokenIn = (link: string) => link.split('/').at(-1)
/** Waits for a newer link than the given one. */
const newerLink = (to: string, than: string) =>
  waitFor('a newer mail', async () => {
    const link = await confirmLink(to)
    return link !== than && link
  })
const practicesNamed = async (name: string) => (await api.owner`SELECT FROM practice WHERE name = ${name}`).length
const signInAs = (email: string, password: string) => auth('sign-in/email', { email, password })

describe('a practice signs itself up', () => {
  test('its first person confirms the address, is signed in by that, and is Practice Admin', async () => {
    const asked = await signUp('Ada@Dale.example')
    expect([asked.status, asked.body]).toEqual([202, { email: 'ada@dale.example' }])
    const mail = await mailed('ada@dale.example', 'Confirm your email')
    expect(mail.text).toContain('Confirm ada@dale.example')
    const confirmed = await confirmAt(api, linkIn(mail), asked)
    expect([confirmed.status, confirmed.body]).toEqual([200, { state: 'confirmed', email: 'ada@dale.example' }])
    const me = await api.callAs(cookiesOf(confirmed), 'me')
    expect(me.body).toMatchObject({
      user: { name: 'Ada Dale', email: 'ada@dale.example', twoFactor: false },
      practice: { slug: 'dale-fell-llp', ...newPractice, plan: 'standard' },
      practices: [{ name: 'Dale & Fell LLP', role: 'practice_admin' }],
      role: 'practice_admin',
      admins: [{ name: 'Ada Dale', email: 'ada@dale.example', role: 'practice_admin' }],
      colleagues: 0,
    })
    expect(me.body.rights).toContain('manage_settings')
    expect((await signInAs('ada@dale.example', PASSWORD)).status).toBe(200)
  })

  test('an address with a sign-in is answered alike, and only told by mail', async () => {
    const person = await api.createPerson('standard')
    const answer = await signUp(person.email)
    expect([answer.status, answer.body]).toEqual([202, { email: person.email }])
    await mailed(person.email, 'You can sign in already')
    const [row] = await api.owner`SELECT count(*)::int AS n FROM membership WHERE user_id = ${person.id}`
    expect(row?.n).toBe(1)
  })

  test('two practices of one name at the same time both get one', async () => {
    const practice = { ...newPractice, name: 'Twin LLP' }
    const emails = ['one@twin.example', 'two@twin.example']
    const asked = await Promise.all(emails.map((email) => signUp(email, { practice })))
    const links = await Promise.all(emails.map(confirmLink))
    const answers = await Promise.all(links.map((link, n) => confirmAt(api, link, asked[n]!)))
    expect(answers.map((one) => one.status)).toEqual([200, 200])
    const rows = await api.owner`SELECT slug FROM practice WHERE name = 'Twin LLP'`
    expect(new Set(rows.map((one) => one.slug)).size).toBe(2)
  })

  test('missing and wrong values are named by field', async () => {
    const answer = await signUp('no', { password: 'short', practice: { ...newPractice, timeZone: 'Mars/Olympus' } })
    expect(answer.body.errors.map((one: { field: string; code: string }) => [one.field, one.code])).toEqual([
      ['email', 'not_an_email'],
      ['password', 'too_short'],
      ['practice.timeZone', 'not_a_time_zone'],
    ])
  })

  test('a practice is not named like another sender', async () => {
    const practice = { ...newPractice, name: 'PayPal Security <security@paypal.com>' }
    const answer = await signUp('thief@paypal.example', { practice })
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'practice.name'])
  })
})

describe('an unconfirmed sign-up', () => {
  test('owns nothing: whoever is invited at its address joins with the password of the form', async () => {
    const email = 'planted@victim.example'
    const planted = await signUp(email, { name: 'Eve', practice: { ...newPractice, name: 'Planted LLP' } })
    const plantedLink = await confirmLink(email)
    const admin = await api.signIn(await api.createPerson('practice_admin'))
    await api.callAs(admin, 'members', { method: 'POST', body: { email, role: 'practice_admin' } })
    const link = linkIn(await mailed(email, 'Join Marsh & Lowe Accountants on Embark'))
    const path = `join/${link.split('/').at(-1)}`
    expect((await api.call(path, { key: null })).body.known).toBe(false)
    const joined = await api.post(path, { name: 'Vera Victim', password: OTHER_PASSWORD }, { key: null })
    expect(joined.status).toBe(200)
    expect((await signInAs(email, PASSWORD)).body.code).toBe('INVALID_EMAIL_OR_PASSWORD')
    const me = await api.callAs(await api.signIn({ email }, OTHER_PASSWORD), 'me')
    expect(me.body).toMatchObject({ user: { name: 'Vera Victim' }, practices: [{ id: api.practice.id }] })
    expect((await confirmAt(api, plantedLink, planted)).body.code).toBe('LINK_OVER')
    expect((await signInAs(email, PASSWORD)).body.code).toBe('INVALID_EMAIL_OR_PASSWORD')
    expect(await practicesNamed('Planted LLP')).toBe(0)
  })

  test('changes nothing by GET and HEAD of its link, which give no session, however often', async () => {
    const email = 'scanned@dale.example'
    const asked = await signUp(email, { practice: { ...newPractice, name: 'Scanned LLP' } })
    const link = await confirmLink(email)
    for (const method of ['GET', 'HEAD', 'GET']) {
      const scanned = await fetch(link, { method, headers: { cookie: cookiesOf(asked) }, redirect: 'manual' })
      expect(scanned.headers.getSetCookie()).toEqual([])
    }
    const looked = await auth('confirm/look', { token: tokenIn(link) }, cookiesOf(asked))
    expect(looked.body).toEqual({
      state: 'open',
      email,
      name: 'Ada Dale',
      practice: 'Scanned LLP',
      asksPassword: false,
    })
    expect(looked.headers.getSetCookie()).toEqual([])
    const legacy = await fetch(`${api.url}/api/auth/verify-email?token=${tokenIn(link)}`, { redirect: 'manual' })
    expect(legacy.status).toBe(404)
    expect(await practicesNamed('Scanned LLP')).toBe(0)
    expect(await api.owner`SELECT FROM identity.person WHERE email = ${email}`).toHaveLength(0)
    expect((await signInAs(email, PASSWORD)).body.code).toBe('EMAIL_NOT_VERIFIED')
  })

  test('that is confirmed in another browser takes the password chosen there, and drops the one before', async () => {
    const email = 'elsewhere@dale.example'
    const asked = await signUp(email)
    const link = await confirmLink(email)
    expect((await auth('confirm/look', { token: tokenIn(link) })).body.asksPassword).toBe(true)
    expect((await confirmAt(api, link, null)).body.code).toBe('PASSWORD_NEEDED')
    expect((await confirmAt(api, link, null, { password: 'too short' })).body.code).toBe('PASSWORD_TOO_SHORT')
    expect((await confirmAt(api, link, null, { password: 'password1234' })).body.code).toBe('PASSWORD_STOLEN')
    const confirmed = await confirmAt(api, link, null, { password: OTHER_PASSWORD })
    expect((await api.callAs(cookiesOf(confirmed), 'me')).body.user.email).toBe(email)
    expect((await signInAs(email, PASSWORD)).body.code).toBe('INVALID_EMAIL_OR_PASSWORD')
    await api.signIn({ email }, OTHER_PASSWORD)
    expect((await confirmAt(api, link, asked)).body.code).toBe('LINK_OVER')
  })

  test('of two at one address, only the one whose link is pressed comes into being, once', async () => {
    const email = 'two@dale.example'
    const first = await signUp(email, { practice: { ...newPractice, name: 'First LLP' } })
    const firstLink = await confirmLink(email)
    const second = await signUp(email, { practice: { ...newPractice, name: 'Second LLP' } })
    const secondLink = await newerLink(email, firstLink)
    const answers = await Promise.all([
      confirmAt(api, firstLink, first),
      confirmAt(api, firstLink, first),
      confirmAt(api, secondLink, second),
    ])
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1)
    expect((await practicesNamed('First LLP')) + (await practicesNamed('Second LLP'))).toBe(1)
  })

  test('is told after it that the address is confirmed, whenever the link is opened again', async () => {
    const email = 'again@dale.example'
    const link = await signUp(email).then(async (asked) => {
      const mailedLink = await confirmLink(email)
      await confirmAt(api, mailedLink, asked)
      return mailedLink
    })
    expect((await auth('confirm/look', { token: tokenIn(link) })).body).toEqual({ state: 'confirmed', email })
    expect((await auth('confirm/look', { token: 'x'.repeat(43) })).body).toEqual({ state: 'over' })
  })

  test('gets its mail again when asked, at sign-in and by a reset; the older link is dead, and three are the most', async () => {
    const email = 'resent@dale.example'
    const asked = await signUp(email)
    const first = await confirmLink(email)
    expect((await auth('confirm/send', { email })).status).toBe(200)
    const second = await newerLink(email, first)
    expect((await confirmAt(api, first, asked)).body.code).toBe('LINK_OVER')
    expect((await signInAs(email, PASSWORD)).body.code).toBe('EMAIL_NOT_VERIFIED')
    const third = await newerLink(email, second)
    for (const address of [email, 'nobody@dale.example', 'nobody@dale.example', 'nobody@dale.example']) {
      await auth('confirm/send', { email: address })
    }
    for (const address of [email, 'nobody@dale.example']) {
      const refused = await auth('confirm/send', { email: address })
      expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_LINKS'])
      expect(Date.parse(refused.body.at)).toBeGreaterThan(Date.now())
    }
    expect((await confirmAt(api, third, asked)).status).toBe(200)
    const forgetful = 'forgetful@dale.example'
    await signUp(forgetful)
    const sent = await confirmLink(forgetful)
    expect((await auth('request-password-reset', { email: forgetful })).status).toBe(200)
    const reset = await confirmAt(api, await newerLink(forgetful, sent), null, { password: OTHER_PASSWORD })
    expect((await api.callAs(cookiesOf(reset), 'me')).body.user.email).toBe(forgetful)
  })

  test('is over once its half hour is, and is forgotten after a day', async () => {
    const email = 'late@dale.example'
    const asked = await signUp(email)
    const link = await confirmLink(email)
    await api.owner`UPDATE identity.sign_up SET link_ends_at = now() WHERE email = ${email}`
    expect((await confirmAt(api, link, asked)).body.code).toBe('LINK_OVER')
    await api.owner`UPDATE identity.sign_up SET ends_at = now() WHERE email = ${email}`
    expect((await signInAs(email, PASSWORD)).body.code).toBe('INVALID_EMAIL_OR_PASSWORD')
    await signUp('next@dale.example')
    expect(await api.owner`SELECT FROM identity.sign_up WHERE email = ${email}`).toHaveLength(0)
  })

  test('leaves neither its link nor its password where it is kept or logged', async () => {
    const email = 'secret@dale.example'
    const asked = await signUp(email)
    const link = await confirmLink(email)
    await fetch(link)
    const rows = JSON.stringify(await api.owner`SELECT s::text FROM identity.sign_up s WHERE email = ${email}`)
    const browser = cookiesOf(asked).split('=')[1]!
    for (const secret of [tokenIn(link)!, PASSWORD, browser]) expect(rows).not.toContain(secret)
    for (const secret of [tokenIn(link)!, PASSWORD, browser, email]) expect(api.logged.join('')).not.toContain(secret)
  })
})
