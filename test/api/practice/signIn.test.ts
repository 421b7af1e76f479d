import { beforeEach, describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { totp } from '../../totp.ts'
import { waitFor } from '../../waitFor.ts'
import { linkIn, mailbox } from '../client/mailbox.ts'
import { cookiesOf, PASSWORD, startStaffApi } from '../staffHarness.ts'
import { askSignIn, signUpAt } from './signingUp.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend(), breach: sandbox.pwned() }))
// Only a test sends so many requests from one network.
beforeEach(() => api.owner`DELETE FROM rate_limit WHERE key LIKE 'auth:%'`)

const mailed = (to: string, subject: string) => mailbox(sandbox).mailed(to, subject)

const auth = (path: string, body: unknown, cookie = '') => askSignIn(api, path, body, cookie)
const signUp = (email: string, more: object) => signUpAt(api, email, more)

describe('a session', () => {
  test('opens the API as who signed in, in the practice that is named', async () => {
    const person = await api.createPerson('standard')
    const other = await api.createPractice({ name: 'Other LLP' })
    await api.owner`INSERT INTO membership (practice_id, user_id, role) VALUES (${other.id}, ${person.id}, 'client_admin')`
    const cookie = await api.signIn(person)
    expect((await api.callAs(cookie, 'me')).body).toMatchObject({ role: 'standard', practice: { id: api.practice.id } })
    expect((await api.callAs(cookie, 'me', { practice: other.id })).body).toMatchObject({
      role: 'client_admin',
      practice: { id: other.id },
    })
    const stranger = await api.createPractice()
    expect((await api.callAs(cookie, 'me', { practice: stranger.id })).body.code).toBe('no_practice')
    expect((await api.callAs(cookie, 'me', { practice: 'no id' })).body.code).toBe('bad_practice')
  })

  test('acts under the person’s name: in the log, and in the invitation', async () => {
    const person = await api.createPerson('practice_admin', api.practice, { name: 'Rosa Marsh' })
    const cookie = await api.signIn(person)
    const made = await api.callAs(cookie, 'onboardings', {
      method: 'POST',
      body: { organisation: { name: 'Quay Fish Ltd' }, invitation: { name: 'Jo', email: 'jo@quay.example' } },
    })
    expect(made.status).toBe(201)
    const { body } = await api.callAs(cookie, `onboardings/${made.body.id}/events`)
    expect(body.items[0].actor).toEqual({ type: 'staff', id: person.id, name: 'Rosa Marsh' })
    const [invitation] = await api.owner`SELECT inviter_name FROM invitation WHERE onboarding_id = ${made.body.id}`
    expect(invitation?.inviter_name).toBe('Rosa Marsh')
  })

  test('without a right answers which, and who has it', async () => {
    const practice = await api.createPractice()
    await api.createPerson('practice_admin', practice, { name: 'Ada Dale' })
    await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
    const cookie = await api.signIn(await api.createPerson('standard', practice))
    const answer = await api.callAs(cookie, 'onboardings', { method: 'POST', body: { organisation: { name: 'X' } } })
    expect([answer.status, answer.body]).toEqual([
      403,
      expect.objectContaining({
        code: 'no_right',
        right: 'add_clients',
        admins: [{ name: 'Ada Dale' }, { name: 'Rosa Marsh' }],
        detail: 'You need the permission “add clients”. Ada Dale and Rosa Marsh can give it to you.',
      }),
    ])
  })

  test('without a right names everyone who can give it: Client Admins what they have themselves', async () => {
    const practice = await api.createPractice()
    await api.createPerson('practice_admin', practice, { name: 'Ada Dale' })
    await api.createPerson('client_admin', practice, { name: 'Owen Lowe' })
    await api.createPerson('standard', practice, { name: 'Tom Hale', addClients: true })
    const cookie = await api.signIn(await api.createPerson('standard', practice))
    const refusedAt = async (path: string, method: string, body?: object) =>
      (await api.callAs(cookie, path, { method, ...(body && { body }) })).body
    expect(await refusedAt('onboardings', 'POST', { organisation: { name: 'X' } })).toMatchObject({
      right: 'add_clients',
      admins: [{ name: 'Ada Dale' }, { name: 'Owen Lowe' }],
      detail: 'You need the permission “add clients”. Ada Dale and Owen Lowe can give it to you.',
    })
    expect(await refusedAt('members', 'GET')).toMatchObject({ admins: [{ name: 'Ada Dale' }, { name: 'Owen Lowe' }] })
    expect(await refusedAt('api-keys', 'GET')).toMatchObject({ admins: [{ name: 'Ada Dale' }] })
    expect((await api.callAs(cookie, 'me')).body.admins.map((one: { name: string }) => one.name)).toEqual([
      'Ada Dale',
      'Owen Lowe',
    ])
  })

  test('changes nothing when another site asks', async () => {
    const cookie = await api.signIn(await api.createPerson('practice_admin'))
    const body = { organisation: { name: 'Forged Ltd' } }
    for (const headers of [
      { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { cookie, 'sec-fetch-site': 'same-site', origin: 'https://evil.example' },
      { cookie, origin: 'https://evil.example' },
      { cookie },
    ]) {
      const answer = await api.call('onboardings', { method: 'POST', body, key: null, headers: headers as HeadersInit })
      expect([answer.status, answer.body.code]).toEqual([403, 'cross_site'])
    }
    const forged = await api.call('/api/auth/sign-out', {
      method: 'POST',
      body: {},
      key: null,
      headers: { cookie, origin: 'https://evil.example' },
    })
    expect(forged.status).toBe(403)
    expect((await api.callAs(cookie, 'me')).status).toBe(200)
  })

  test('that was revoked or signed out says so', async () => {
    const person = await api.createPerson('standard')
    const [first, second] = [await api.signIn(person), await api.signIn(person)]
    const listed = await api.callAs(first, '/api/auth/list-sessions')
    expect(listed.body).toHaveLength(2)
    expect((await auth('revoke-other-sessions', {}, first)).status).toBe(200)
    expect((await api.callAs(second, 'me')).body.code).toBe('session_ended')
    expect((await auth('sign-out', {}, first)).status).toBe(200)
    expect((await api.callAs(first, 'me')).body.code).toBe('session_ended')
  })

  test('of a support person shows no practice that has not let support in', async () => {
    const practice = await api.createPractice({ support_access: 'on_request' })
    const cookie = await api.signIn(await api.createPerson('support'))
    expect((await api.callAs(cookie, 'me')).body).toMatchObject({
      role: 'support',
      practice: null,
      rights: ['help_practices'],
    })
    expect((await api.callAs(cookie, 'onboardings')).body.code).toBe('no_practice')
    expect((await api.callAs(cookie, 'onboardings', { practice: practice.id })).body.code).toBe('support_not_allowed')
    await api.owner`UPDATE practice SET support_until = now() + interval '1 hour' WHERE id = ${practice.id}`
    expect((await api.callAs(cookie, 'onboardings', { practice: practice.id })).status).toBe(200)
    await api.owner`UPDATE practice SET support_access = 'never' WHERE id = ${practice.id}`
    expect((await api.callAs(cookie, 'onboardings', { practice: practice.id })).body.code).toBe('support_not_allowed')
  })
})

describe('a password', () => {
  test('that is wrong says no more than that, and after ten tries its network waits, known address or not', async () => {
    for (const email of [(await api.createPerson('standard')).email, 'nobody@nowhere.example']) {
      for (let tries = 0; tries < 10; tries += 1) {
        const answer = await auth('sign-in/email', { email, password: 'not the right one' })
        expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_EMAIL_OR_PASSWORD'])
      }
      const locked = await auth('sign-in/email', { email, password: PASSWORD })
      expect([locked.status, locked.body.code]).toEqual([429, 'TOO_MANY_TRIES'])
      expect(Date.parse(locked.body.at)).toBeGreaterThan(Date.now())
      // The lock is on the account, not on the caller's address.
      await api.owner`DELETE FROM rate_limit WHERE key LIKE 'auth:%'`
    }
  })

  test('is reset by mail: the link works once, for half an hour, and ends all sessions', async () => {
    const person = await api.createPerson('standard')
    const cookie = await api.signIn(person)
    for (const email of [person.email, 'nobody@elsewhere.example']) {
      expect((await auth('request-password-reset', { email })).status).toBe(200)
    }
    const mail = await mailed(person.email, 'Reset your Embark password')
    const token = linkIn(mail).split('/reset/')[1]!
    const short = await auth('reset-password', { token, newPassword: 'too short' })
    expect([short.status, short.body.code]).toEqual([400, 'PASSWORD_TOO_SHORT'])
    expect((await auth('reset-password', { token, newPassword: 'four words make another' })).status).toBe(200)
    expect((await auth('reset-password', { token, newPassword: 'four words make a third' })).status).toBe(400)
    expect((await api.callAs(cookie, 'me')).body.code).toBe('session_ended')
    await expect(api.signIn(person)).rejects.toThrow('not signed in')
    await api.signIn(person, 'four words make another')
  })

  test('is reset by any of the links mailed, and then the older ones are dead', async () => {
    const person = await api.createPerson('standard')
    const tokens: string[] = []
    for (let n = 0; n < 3; n += 1) {
      expect((await auth('request-password-reset', { email: person.email })).status).toBe(200)
      const token = await waitFor('another mail', async () => {
        const newest = linkIn(await mailed(person.email, 'Reset your Embark password')).split('/reset/')[1]!
        return !tokens.includes(newest) && newest
      })
      tokens.push(token)
    }
    expect((await auth('reset-password', { token: tokens[1], newPassword: 'four words make another' })).status).toBe(
      200,
    )
    for (const token of [tokens[0], tokens[2]]) {
      const late = await auth('reset-password', { token, newPassword: 'four words make a third' })
      expect([late.status, late.body.code]).toEqual([400, 'INVALID_TOKEN'])
    }
    await api.signIn(person, 'four words make another')
  })

  test('is reset by at most three links in a quarter of an hour for one address, known or not', async () => {
    for (const email of [(await api.createPerson('standard')).email, 'nobody@resets.example']) {
      for (let n = 0; n < 3; n += 1) expect((await auth('request-password-reset', { email })).status).toBe(200)
      const refused = await auth('request-password-reset', { email: email.toUpperCase() })
      expect([refused.status, refused.body.code]).toEqual([429, 'TOO_MANY_LINKS'])
      expect(Date.parse(refused.body.at)).toBeGreaterThan(Date.now())
    }
  })

  test('and what proves a sign-in is nowhere in the tables or the log as it was sent', async () => {
    const person = await api.createPerson('standard')
    await auth('request-password-reset', { email: person.email })
    const token = linkIn(await mailed(person.email, 'Reset your Embark password')).split('/reset/')[1]!
    const rows = await api.owner`SELECT identifier, value FROM identity.verification`
    expect(JSON.stringify(rows)).not.toContain(token)
    const [account] = await api.owner`SELECT password FROM identity.account WHERE user_id = ${person.id}`
    expect(account?.password).not.toContain(PASSWORD)
    for (const secret of [token, person.email, PASSWORD]) expect(api.logged.join('')).not.toContain(secret)
  })

  test('nobody signs up by himself, without a practice', async () => {
    const answer = await auth('sign-up/email', { name: 'X', email: 'x@x.example', password: PASSWORD })
    expect(answer.status).toBe(404)
  })
})

describe('a stolen password', () => {
  const stolen = 'password1234'

  test('is refused at sign-up, reset and change', async () => {
    const refused = await signUp('thief@dale.example', { password: stolen })
    expect(refused.body.errors).toEqual([
      {
        field: 'password',
        code: 'stolen',
        message: 'This password is in a list of stolen ones. Choose another.',
      },
    ])
    expect(await api.owner`SELECT FROM identity.person WHERE email = 'thief@dale.example'`).toHaveLength(0)
    const person = await api.createPerson('standard')
    const cookie = await api.signIn(person)
    const change = { currentPassword: PASSWORD, newPassword: stolen }
    expect((await auth('change-password', change, cookie)).body.code).toBe('PASSWORD_STOLEN')
    await auth('request-password-reset', { email: person.email })
    const token = linkIn(await mailed(person.email, 'Reset your Embark password')).split('/reset/')[1]!
    expect((await auth('reset-password', { token, newPassword: stolen })).body.code).toBe('PASSWORD_STOLEN')
    await api.signIn(person)
  })

  test('passes while the list is away, and the log says that it was not looked up', async () => {
    await sandbox.fault({ provider: 'pwned', kind: 'server_error', times: -1 })
    try {
      expect((await signUp('away@dale.example', { password: stolen })).status).toBe(202)
      expect(api.logged.join('')).toContain('a new password was not looked up in the list of stolen ones')
      expect(api.logged.join('')).not.toContain(stolen)
    } finally {
      const faults = await sandbox.control<{ faults: { id: number }[] }>('faults')
      for (const { id } of faults.faults) await fetch(`${sandbox.url}/control/faults/${id}`, { method: 'DELETE' })
    }
  })
})

describe('the second factor', () => {
  test('is asked for after the password, takes the app’s code or a recovery code once', async () => {
    const person = await api.createPerson('standard')
    const cookie = await api.signIn(person)
    const enabled = await auth('two-factor/enable', { password: PASSWORD }, cookie)
    expect(enabled.body.backupCodes).toHaveLength(10)
    const secret = new URL(enabled.body.totpURI).searchParams.get('secret')!
    const proven = await auth('two-factor/verify-totp', { code: totp(secret) }, cookie)
    expect(proven.status).toBe(200)
    expect((await api.callAs(cookiesOf(proven), 'me')).body.user.twoFactor).toBe(true)

    const half = await auth('sign-in/email', { email: person.email, password: PASSWORD })
    expect(half.body).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] })
    expect((await api.callAs(cookiesOf(half), 'me')).status).toBe(401)
    const wrong = await auth('two-factor/verify-totp', { code: '000000' }, cookiesOf(half))
    expect(wrong.status).toBe(401)
    const whole = await auth('two-factor/verify-totp', { code: totp(secret, 1) }, cookiesOf(half))
    expect((await api.callAs(cookiesOf(whole), 'me')).body.user.id).toBe(person.id)

    const code = enabled.body.backupCodes[0]
    const again = await auth('sign-in/email', { email: person.email, password: PASSWORD })
    expect((await auth('two-factor/verify-backup-code', { code }, cookiesOf(again))).status).toBe(200)
    const third = await auth('sign-in/email', { email: person.email, password: PASSWORD })
    expect((await auth('two-factor/verify-backup-code', { code }, cookiesOf(third))).status).toBe(401)
  })
})

describe('on https', () => {
  test('cookies belong to this host alone', async () => {
    const publicUrl = 'https://embark.example'
    const secure = await startStaffApi({ publicUrl })
    try {
      const { email } = await secure.createPerson('standard')
      const body = { email, password: PASSWORD }
      const headers = { origin: publicUrl }
      const answer = await secure.call('/api/auth/sign-in/email', { method: 'POST', body, key: null, headers })
      const [cookie] = answer.headers.getSetCookie()
      expect(cookie).toMatch(/^__Host-embark\.session_token=[^;]+;.*Path=\/; HttpOnly; Secure; SameSite=Lax$/)
      expect(cookie).not.toMatch(/domain=/i)
      const me = await secure.call('me', { key: null, headers: { cookie: cookiesOf(answer) } })
      expect(me.body.user.email).toBe(email)
    } finally {
      await secure.stop()
    }
  })
})
