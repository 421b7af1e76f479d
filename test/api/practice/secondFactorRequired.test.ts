import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { mailbox } from '../client/mailbox.ts'
import { startStaffApi } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend() }))

const demand = (cookie: string, secondFactorRequired: boolean) =>
  api.callAs(cookie, 'practice', { method: 'PATCH', body: { secondFactorRequired } })

describe('a practice that demands a second factor', () => {
  test('shuts out who has none until they set one up, and goes on being theirs', async () => {
    const practice = await api.createPractice({ name: 'Dale & Fell LLP' })
    const admin = await api.createPerson('practice_admin', practice, { email: `ada@${practice.slug}.example` })
    const cookie = await api.setUpFactor(admin)
    const person = await api.createPerson('standard', practice)
    const theirs = await api.signIn(person)
    expect((await api.callAs(theirs, 'onboardings')).status).toBe(200)
    expect((await demand(cookie, true)).body.secondFactorRequired).toBe(true)
    await mailbox(sandbox).mailed(admin.email, 'Dale & Fell LLP asks everyone to use a second factor')
    for (const path of ['me', 'onboardings', 'practice']) {
      const shut = await api.callAs(theirs, path)
      expect([path, shut.status, shut.body.code]).toEqual([path, 403, 'second_factor_required'])
      expect(shut.body.detail).toBe('Dale & Fell LLP asks everyone to use a second factor. Set it up now.')
    }
    const open = await api.setUpFactor(person)
    expect((await api.callAs(open, 'me')).body.practice.id).toBe(practice.id)
    // A person who turns it off is locked out again.
    const off = await api.call('/api/auth/two-factor/disable', {
      method: 'POST',
      body: { password: person.password },
      key: null,
      headers: { origin: api.url, cookie: open },
    })
    expect(off.status).toBe(200)
    expect((await demand(cookie, false)).body.secondFactorRequired).toBe(false)
    expect((await api.callAs(theirs, 'me')).body.code).toBe('session_ended')
    expect((await api.callAs(await api.signIn(person), 'onboardings')).status).toBe(200)
  })

  test('shuts nobody out of another practice', async () => {
    const [strict, other] = [await api.createPractice(), await api.createPractice()]
    await api.owner`UPDATE practice SET second_factor_required = true WHERE id = ${strict.id}`
    const person = await api.createPerson('standard', strict)
    await api.owner`INSERT INTO membership (practice_id, user_id, role) VALUES (${other.id}, ${person.id}, 'standard')`
    const cookie = await api.signIn(person)
    expect((await api.callAs(cookie, 'me')).body.practice.id).toBe(other.id)
    expect((await api.callAs(cookie, 'me', { practice: strict.id })).body.code).toBe('second_factor_required')
  })

  test('has an admin with one: nobody locks themselves out, and a Client Admin does not choose', async () => {
    const practice = await api.createPractice()
    const cookie = await api.signIn(await api.createPerson('practice_admin', practice))
    const refused = await demand(cookie, true)
    expect([refused.status, refused.body.code]).toEqual([409, 'second_factor_first'])
    const clientAdmin = await api.signIn(await api.createPerson('client_admin', practice))
    expect((await demand(clientAdmin, true)).body.code).toBe('no_right')
    expect((await api.callAs(cookie, 'practice')).body.secondFactorRequired).toBe(false)
  })

  test('is chosen by a sign-in of the last ten minutes', async () => {
    const practice = await api.createPractice()
    const admin = await api.createPerson('practice_admin', practice)
    const cookie = await api.setUpFactor(admin)
    await api.owner`
      UPDATE identity.session SET authenticated_at = now() - interval '11 minutes' WHERE user_id = ${admin.id}`
    expect((await demand(cookie, true)).body.code).toBe('confirm_sign_in')
  })
})

test('of support a second factor is demanded wherever it is let in', async () => {
  const practice = await api.createPractice({ support_access: 'always' })
  const person = await api.createPerson('support')
  const cookie = await api.signIn(person)
  expect((await api.callAs(cookie, 'onboardings', { practice: practice.id })).status).toBe(200)
  await api.owner`UPDATE identity.person SET two_factor_enabled = false WHERE id = ${person.id}`
  for (const path of ['me', 'support/onboardings?q=bakery']) {
    expect((await api.callAs(cookie, path)).body.code).toBe('second_factor_required')
  }
  const shut = await api.callAs(cookie, 'onboardings', { practice: practice.id })
  expect(shut.body.code).toBe('second_factor_required')
})
