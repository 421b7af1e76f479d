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

const ANOTHER = 'four words make another'
const codeOf = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`.trim()
const isOpen = async (cookie: string) => (await api.callAs(cookie, 'me')).status === 200

/** Creates a person with a second factor, whose present and next codes are unused. */
async function withFactor() {
  const person = await api.createPerson('standard')
  const first = await api.signIn(person)
  const begun = await auth('two-factor/enable', { password: PASSWORD }, first)
  const secret = new URL(begun.body.totpURI).searchParams.get('secret')!
  // The last step's code, which a step that begins in between makes too old.
  const verify = () => auth('two-factor/verify-totp', { code: totp(secret, -1) }, first)
  const once = await verify()
  const on = once.status === 200 ? once : await verify()
  expect(codeOf(on)).toBe('200')
  return { person, secret, codes: begun.body.backupCodes as string[], cookie: cookiesOf(on) }
}

/** Signs in by password; the code is asked for next. */
const half = async ({ email }: { email: string }, password = PASSWORD, cookie = '') => {
  const answer = await auth('sign-in/email', { email, password }, cookie)
  return { asksCode: answer.body.twoFactorRedirect === true, cookie: cookiesOf(answer) }
}

describe('a code of the app', () => {
  test('works once: nobody who saw it signs in by it', async () => {
    const { person, secret } = await withFactor()
    const code = totp(secret)
    const mine = await half(person)
    expect(codeOf(await auth('two-factor/verify-totp', { code }, mine.cookie))).toBe('200')
    const theirs = await half(person)
    expect(codeOf(await auth('two-factor/verify-totp', { code }, theirs.cookie))).toBe('401 CODE_USED')
    const next = await auth('two-factor/verify-totp', { code: totp(secret, 1) }, theirs.cookie)
    expect(codeOf(next)).toBe('200')
    // A code from before the last used one is refused too.
    const third = await half(person)
    expect(codeOf(await auth('two-factor/verify-totp', { code }, third.cookie))).toBe('401 CODE_USED')
  })

  test('opens one session when it is given several times at once', async () => {
    const { person, secret } = await withFactor()
    const code = totp(secret)
    const halves = await Promise.all(Array.from({ length: 5 }, () => half(person)))
    const answers = await Promise.all(halves.map(({ cookie }) => auth('two-factor/verify-totp', { code }, cookie)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

describe('turning the second factor on', () => {
  test('ends every other session, and keeps the one that did it', async () => {
    const person = await api.createPerson('standard')
    const [here, elsewhere] = [await api.signIn(person), await api.signIn(person)]
    const begun = await auth('two-factor/enable', { password: PASSWORD }, here)
    expect(await isOpen(elsewhere)).toBe(true)
    const secret = new URL(begun.body.totpURI).searchParams.get('secret')!
    const on = await auth('two-factor/verify-totp', { code: totp(secret) }, here)
    expect(await isOpen(cookiesOf(on))).toBe(true)
    expect(await isOpen(elsewhere)).toBe(false)
  })

  test('is recorded once, however many codes are given afterwards', async () => {
    const { person, secret, cookie } = await withFactor()
    expect(codeOf(await auth('two-factor/verify-totp', { code: totp(secret) }, cookie))).toBe('200')
    const noted = await api.owner`
      SELECT FROM audit_event WHERE subject_id = ${person.id} AND kind = 'second_factor_on'`
    expect(noted).toHaveLength(1)
  })
})

describe('a trusted device', () => {
  /** Returns a browser that was not asked for a code at its second sign-in. */
  async function trusted() {
    const one = await withFactor()
    const begun = await half(one.person)
    const code = totp(one.secret)
    const whole = await auth('two-factor/verify-totp', { code, trustDevice: true }, begun.cookie)
    const again = await auth('sign-in/email', { email: one.person.email, password: PASSWORD }, cookiesOf(whole))
    expect(again.body.twoFactorRedirect).toBeUndefined()
    const device = cookiesOf(again)
    // The session alone, as in another browser of the same person.
    return { ...one, device, session: device.split('; ').find((pair) => pair.includes('session_token')) ?? '' }
  }

  test('is asked for a code again after the password was changed', async () => {
    const { person, session, device } = await trusted()
    const body = { currentPassword: PASSWORD, newPassword: ANOTHER }
    expect(codeOf(await auth('change-password', body, session))).toBe('200')
    expect((await half(person, ANOTHER, device)).asksCode).toBe(true)
  })

  test('is asked for a code again after the password was reset, and other links to reset it are dead', async () => {
    const { person, device } = await trusted()
    await auth('request-password-reset', { email: person.email })
    const tokenIn = async () =>
      linkIn(await mailbox(sandbox).mailed(person.email, 'Reset your Embark password')).split('/reset/')[1]!
    const older = await tokenIn()
    await api.owner`DELETE FROM rate_limit`
    await auth('request-password-reset', { email: person.email })
    const newer = await expectOther(tokenIn, older)
    expect(codeOf(await auth('reset-password', { token: newer, newPassword: ANOTHER }))).toBe('200')
    expect((await half(person, ANOTHER, device)).asksCode).toBe(true)
    expect(codeOf(await auth('reset-password', { token: older, newPassword: ANOTHER }))).toBe('400 INVALID_TOKEN')
  })

  test('is asked for a code again once the factor was switched off and on', async () => {
    const { person, session, device } = await trusted()
    const off = await auth('two-factor/disable', { password: PASSWORD }, session)
    expect(codeOf(off)).toBe('200')
    const begun = await auth('two-factor/enable', { password: PASSWORD }, cookiesOf(off))
    const secret = new URL(begun.body.totpURI).searchParams.get('secret')!
    expect(codeOf(await auth('two-factor/verify-totp', { code: totp(secret) }, cookiesOf(off)))).toBe('200')
    expect((await half(person, PASSWORD, device)).asksCode).toBe(true)
  })
})

/** Waits for a token other than this one. */
async function expectOther(read: () => Promise<string>, older: string): Promise<string> {
  let token = older
  await expect.poll(async () => (token = await read())).not.toBe(older)
  return token
}

describe('a session', () => {
  test('ends 30 days after it began, however often it is used or replaced by a change of the factor', async () => {
    const { person, cookie } = await withFactor()
    const endsIn = async () => {
      const [row] = await api.owner`
        SELECT extract(epoch FROM expires_at - now()) / 3600 AS hours FROM identity.session WHERE user_id = ${person.id}`
      return Number(row?.hours)
    }
    await api.owner`UPDATE identity.session SET began_at = now() - interval '29 days', expires_at = now() + interval '2 hours'
      WHERE user_id = ${person.id}`
    expect(await isOpen(cookie)).toBe(true)
    // Renewed, but for at most a day.
    expect(await endsIn()).toBeGreaterThan(23)
    expect(await endsIn()).toBeLessThanOrEqual(24)
    const off = await auth('two-factor/disable', { password: PASSWORD }, cookie)
    expect(await isOpen(cookiesOf(off))).toBe(true)
    expect(await endsIn()).toBeLessThanOrEqual(24)
    await api.owner`UPDATE identity.session SET began_at = now() - interval '31 days', expires_at = now() + interval '2 days'
      WHERE user_id = ${person.id}`
    expect((await api.callAs(cookiesOf(off), 'me')).body.code).toBe('session_ended')
  })

  test('that cannot last longer is not written by every request', async () => {
    const person = await api.createPerson('standard')
    const cookie = await api.signIn(person)
    await api.owner`UPDATE identity.session SET began_at = now() - interval '29 days', expires_at = now() + interval '9 days'
      WHERE user_id = ${person.id}`
    const version = async () =>
      (await api.owner`SELECT xmin::text AS version FROM identity.session WHERE user_id = ${person.id}`)[0]?.version
    const before = await version()
    for (let reads = 0; reads < 3; reads += 1) expect(await isOpen(cookie)).toBe(true)
    expect(await version()).toBe(before)
  })
})

describe('a wrong password of somebody who is signed in', () => {
  test.each([
    ['verify-password', (password: string) => ({ password })],
    ['two-factor/disable', (password: string) => ({ password })],
    ['two-factor/enable', (password: string) => ({ password })],
    ['two-factor/generate-backup-codes', (password: string) => ({ password })],
    ['two-factor/get-totp-uri', (password: string) => ({ password })],
    ['change-password', (password: string) => ({ currentPassword: password, newPassword: ANOTHER })],
  ])('counts towards the lock at %s', async (path, body) => {
    const { person, cookie } = await withFactor()
    await api.owner`DELETE FROM rate_limit`
    for (let tries = 0; tries < 10; tries += 1) {
      expect((await auth(path, body('not the right one'), cookie)).status).toBe(400)
      await api.owner`DELETE FROM rate_limit WHERE key LIKE 'auth:%'`
    }
    expect(codeOf(await auth(path, body(PASSWORD), cookie))).toBe('429 TOO_MANY_TRIES')
    const right = { email: person.email, password: PASSWORD }
    expect(codeOf(await auth('sign-in/email', right, cookie))).toBe('429 TOO_MANY_TRIES')
  })

  test('is forgotten with a right one, and a new password that is too short is no try', async () => {
    const person = await api.createPerson('standard')
    const cookie = await api.signIn(person)
    const wrong = () => auth('verify-password', { password: 'not the right one' }, cookie)
    for (let tries = 0; tries < 9; tries += 1) await wrong()
    for (let tries = 0; tries < 3; tries += 1) {
      const short = await auth('change-password', { currentPassword: PASSWORD, newPassword: 'short' }, cookie)
      expect(codeOf(short)).toBe('400 PASSWORD_TOO_SHORT')
    }
    expect(codeOf(await auth('verify-password', { password: PASSWORD }, cookie))).toBe('200')
    expect(codeOf(await wrong())).toBe('400 INVALID_PASSWORD')
  })
})
