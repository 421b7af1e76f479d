import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../../commands/invitations/linkTokens.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { waitFor } from '../../waitFor.ts'
import { linkIn, mailbox } from '../client/mailbox.ts'
import { type Answer, cookiesOf, PASSWORD, type StaffApi, startStaffApi } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
let api: StaffApi
beforeAll(async () => {
  // One proxy in front, so that each request reports its network.
  api = await startStaffApi({ email: sandbox.resend(), breach: sandbox.pwned(), trustProxy: 1 })
})
afterAll(async () => {
  await api?.stop()
})

const post = (path: string, body: unknown, from: string, cookie = ''): Promise<Answer> =>
  api.call(`/api/auth/${path}`, {
    method: 'POST',
    body,
    key: null,
    headers: { origin: api.url, 'x-forwarded-for': from, ...(cookie && { cookie }) },
  })
const signIn = (email: string, password: string, from: string, cookie = '') =>
  post('sign-in/email', { email, password }, from, cookie)
const right = (email: string, from: string, cookie = '') => signIn(email, PASSWORD, from, cookie)
const wrong = async (email: string, from: string, times: number, cookie = '') => {
  for (let n = 0; n < times; n += 1) {
    expect((await signIn(email, 'not the right one', from, cookie)).body.code).toBe('INVALID_EMAIL_OR_PASSWORD')
  }
}
const codeOf = ({ status, body }: Answer): string => (status === 200 ? '200' : `${status} ${body.code}`)
const LOCKED = '429 TOO_MANY_TRIES'

describe('the lock', () => {
  test('keeps out the network that guessed, and not the owner elsewhere', async () => {
    const { email } = await api.createPerson('standard')
    await wrong(email, '203.0.113.5', 10)
    expect(codeOf(await right(email, '203.0.113.5'))).toBe(LOCKED)
    expect(codeOf(await right(email.toUpperCase(), '203.0.113.5'))).toBe(LOCKED)
    expect(codeOf(await right(email, '203.0.113.6'))).toBe('200')
    expect(codeOf(await right(email, '203.0.113.5'))).toBe(LOCKED)
  })

  test('counts IPv6 by its /64', async () => {
    const { email } = await api.createPerson('standard')
    for (let n = 0; n < 10; n += 1) await wrong(email, `2001:db8:1:2::${n}`, 1)
    expect(codeOf(await right(email, '2001:db8:1:2:ffff::1'))).toBe(LOCKED)
    expect(codeOf(await right(email, '2001:db8:1:3::1'))).toBe('200')
  })

  test('lets a browser try that has signed in before, and counts it by itself', async () => {
    const { email } = await api.createPerson('standard')
    const browser = cookiesOf(await right(email, '203.0.113.7'))
    const other = await api.createPerson('standard')
    const othersBrowser = cookiesOf(await right(other.email, '203.0.113.7'))
    await wrong(email, '203.0.113.7', 10)
    expect(codeOf(await right(email, '203.0.113.7'))).toBe(LOCKED)
    expect(codeOf(await right(email, '203.0.113.7', othersBrowser))).toBe(LOCKED)
    expect(codeOf(await right(email, '203.0.113.7', browser))).toBe('200')
    await wrong(email, '203.0.113.8', 10, browser)
    expect(codeOf(await right(email, '203.0.113.8', browser))).toBe(LOCKED)
    expect(codeOf(await right(email, '203.0.113.8'))).toBe('200')
  })

  test('tells the owner by mail, once a day', async () => {
    const { email } = await api.createPerson('standard')
    await wrong(email, '203.0.113.9', 10)
    const mail = await mailbox(sandbox).mailed(email, 'Wrong passwords for your Embark sign-in')
    expect(mail.text).toContain('from 203.0.113.9')
    expect(linkIn(mail)).toBe(`${api.url}/forgot`)
    await wrong(email, '203.0.113.10', 10)
    await wrong('nobody@locks.example', '203.0.113.11', 10)
    const key = `sign_in_told:${sha256(email).toString('base64url')}`
    await waitFor('the second lock to be a reason to tell', async () => {
      const [row] = await api.owner<{ hits: number }[]>`SELECT hits FROM rate_limit WHERE key = ${key}`
      return row?.hits === 2
    })
    const { messages } = await sandbox.control<{ messages: { to: string; subject: string }[] }>('messages')
    const told = messages.filter(({ subject }) => subject === 'Wrong passwords for your Embark sign-in')
    expect(told.filter(({ to }) => to === email)).toHaveLength(1)
    expect(told.filter(({ to }) => to === 'nobody@locks.example')).toHaveLength(0)
  })

  test('is opened for a network by a reset from it', async () => {
    const { email } = await api.createPerson('standard')
    await wrong(email, '203.0.113.12', 10)
    await post('request-password-reset', { email }, '203.0.113.12')
    const token = linkIn(await mailbox(sandbox).mailed(email, 'Reset your Embark password')).split('/reset/')[1]
    const reset = await post('reset-password', { token, newPassword: 'four words make another' }, '203.0.113.12')
    expect(reset.status).toBe(200)
    expect(codeOf(await signIn(email, 'four words make another', '203.0.113.12'))).toBe('200')
  })
})

describe('above a hundred wrong passwords a day for one address', () => {
  test('networks never seen for it wait, known or not; known browsers and networks do not', async () => {
    const { email } = await api.createPerson('standard')
    const browser = cookiesOf(await right(email, '198.51.100.1'))
    for (const address of [email, 'nobody@days.example']) {
      await wrong(address, '198.51.100.2', 1)
      // Sets the counter to ninety-nine attempts, as if from many networks.
      const counted = await api.owner`
        UPDATE rate_limit SET hits = 99 WHERE key LIKE 'sign_in_day:%' AND hits = 1 RETURNING key`
      expect(counted).toHaveLength(1)
      await wrong(address, '198.51.100.3', 1)
      const refused = await right(address, '198.51.100.4')
      expect(codeOf(refused)).toBe(LOCKED)
      expect(Date.parse(refused.body.at)).toBeGreaterThan(Date.now() + 20 * 3_600_000)
    }
    expect(codeOf(await right(email, '198.51.100.5', browser))).toBe('200')
    expect(codeOf(await right(email, '198.51.100.1'))).toBe('200')
    await mailbox(sandbox).mailed(email, 'Wrong passwords for your Embark sign-in')
  })
})
