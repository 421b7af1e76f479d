import { beforeEach, describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { waitFor } from '../../waitFor.ts'
import { linkIn, mailbox } from '../client/mailbox.ts'
import { PASSWORD, startStaffApi, type TestPractice } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend(), breach: sandbox.pwned() }))
// Only a test sends so many sign-ins from one network.
beforeEach(() => api.owner`DELETE FROM rate_limit WHERE key LIKE 'auth:%'`)

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** Creates a practice with a signed-in admin. */
async function team() {
  const practice = await api.createPractice()
  const admin = await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
  const cookie = await api.signIn(admin)
  const as = (method: Method, path: string, body?: unknown) =>
    api.callAs(cookie, path, { method, ...(body !== undefined && { body }) })
  return { practice, admin, as }
}

const audit = async (practice: TestPractice) =>
  [
    ...(await api.owner`SELECT kind, actor_id, subject_id, data FROM audit_event WHERE practice_id = ${practice.id} ORDER BY id`),
  ].map((row) => row.kind)

/** Joins by an invitation's mailed link. */
const join = (link: string, body: object = {}) =>
  api.post(`join/${new URL(link).pathname.split('/').at(-1)}`, body, { key: null })
const invitationTo = (email: string) =>
  mailbox(sandbox).mailed(email, 'Join Marsh & Lowe Accountants on Embark').then(linkIn)

describe('a colleague', () => {
  test('is invited by mail, joins with a name and a password, and is at work', async () => {
    const { practice, as } = await team()
    const email = 'priya@marsh.example'
    const invited = await as('POST', 'members', { name: 'Priya', email, role: 'standard', addClients: true })
    expect([invited.status, invited.body]).toMatchObject([
      201,
      { state: 'invited', name: 'Priya', email, role: 'standard', clients: 0 },
    ])
    const link = await invitationTo(email)
    await waitFor('the invitation to be noted as mailed', async () => {
      const { body } = await as('GET', 'members')
      return body.items.find((one: { email: string }) => one.email === email).invitation.mailed
    })
    const looked = await api.call(`join/${link.split('/').at(-1)}`, { key: null })
    expect(looked.body).toMatchObject({
      practice: { name: practice && 'Marsh & Lowe Accountants' },
      name: 'Priya',
      email,
      known: false,
    })
    const missing = await join(link)
    expect(missing.body.errors.map((one: { field: string }) => one.field)).toEqual(['name', 'password'])
    const joined = await join(link, { name: 'Priya Shah', password: PASSWORD })
    expect([joined.status, joined.body]).toEqual([200, { email }])
    expect((await join(link, { name: 'Eve', password: PASSWORD })).body.code).toBe('invitation_ended')
    const me = await api.callAs(await api.signIn({ email }), 'me')
    expect(me.body).toMatchObject({ role: 'standard', practice: { id: practice.id }, colleagues: 1 })
    expect(me.body.rights).toContain('add_clients')
    expect(await audit(practice)).toEqual(['signed_in', 'member_invited', 'member_joined', 'signed_in'])
  })

  test('with a sign-in joins with it, and needs no other', async () => {
    const elsewhere = await team()
    const { practice, as } = await team()
    const { email } = elsewhere.admin
    await as('POST', 'members', { email, role: 'client_admin' })
    expect((await join(await invitationTo(email))).status).toBe(200)
    const { body } = await elsewhere.as('GET', 'me')
    expect(body.practices).toEqual([
      { id: elsewhere.practice.id, name: 'Marsh & Lowe Accountants', role: 'practice_admin' },
      { id: practice.id, name: 'Marsh & Lowe Accountants', role: 'client_admin' },
    ])
    expect((await as('POST', 'members', { email, role: 'standard' })).body.code).toBe('already_member')
  })

  test('invited anew gets a link that works while the older one is dead; withdrawn, none does', async () => {
    const { as } = await team()
    const email = 'late@marsh.example'
    const first = await as('POST', 'members', { email, role: 'standard' })
    const firstLink = await invitationTo(email)
    const second = await as('POST', 'members', { email, role: 'client_admin' })
    const secondLink = await waitFor('the second mail', async () => {
      const link = await invitationTo(email)
      return link !== firstLink && link
    })
    expect((await join(firstLink, { name: 'Late', password: PASSWORD })).body.code).toBe('invitation_ended')
    expect((await as('DELETE', `members/${first.body.id}`)).status).toBe(404)
    expect((await as('DELETE', `members/${second.body.id}`)).status).toBe(200)
    expect((await join(secondLink, { name: 'Late', password: PASSWORD })).body.code).toBe('invitation_ended')
    expect((await as('GET', 'members')).body.items).toHaveLength(1)
  })

  test('cannot join twice by one link, however fast', async () => {
    const { practice, as } = await team()
    const email = 'twice@marsh.example'
    await as('POST', 'members', { email, role: 'standard' })
    const link = await invitationTo(email)
    const both = await Promise.all([1, 2].map(() => join(link, { name: 'Twice', password: PASSWORD })))
    expect(both.map((one) => one.status).sort()).toEqual([200, 404])
    expect((await audit(practice)).filter((kind) => kind === 'member_joined')).toHaveLength(1)
  })

  test('too late, finds the invitation over', async () => {
    const { as } = await team()
    const email = 'overdue@marsh.example'
    await as('POST', 'members', { email, role: 'standard' })
    const link = await invitationTo(email)
    await api.owner`UPDATE colleague_invitation SET expires_at = now() WHERE email = ${email}`
    expect((await api.call(`join/${link.split('/').at(-1)}`, { key: null })).body.code).toBe('invitation_ended')
    expect((await join(link, { name: 'Overdue', password: PASSWORD })).body.code).toBe('invitation_ended')
  })

  test('with a changed role, or removed, is treated so at the next request', async () => {
    const { practice, as } = await team()
    const person = await api.createPerson('standard', practice)
    const cookie = await api.signIn(person)
    expect((await as('PATCH', `members/${person.id}`, { role: 'client_admin' })).body.role).toBe('client_admin')
    expect((await api.callAs(cookie, 'me')).body.rights).toContain('manage_team')
    expect((await as('DELETE', `members/${person.id}`)).body).toEqual({ id: person.id, clients: 0 })
    expect((await api.callAs(cookie, 'me')).body.code).toBe('session_ended')
    expect((await audit(practice)).slice(-2)).toEqual(['member_changed', 'member_removed'])
  })
})

describe('a practice keeps an admin', () => {
  test('so the last one cannot be removed or get a lesser role', async () => {
    const { admin, as } = await team()
    for (const answer of [
      await as('DELETE', `members/${admin.id}`),
      await as('PATCH', `members/${admin.id}`, { role: 'standard' }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'last_admin'])
    }
  })

  test('also when two admins remove each other at the same instant', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { practice, admin, as } = await team()
      const other = await api.createPerson('practice_admin', practice)
      const cookie = await api.signIn(other)
      const answers = await Promise.all([
        as('DELETE', `members/${other.id}`),
        api.callAs(cookie, `members/${admin.id}`, {
          method: round % 2 ? 'DELETE' : 'PATCH',
          ...(round % 2 ? {} : { body: { role: 'standard' } }),
        }),
      ])
      expect(answers.filter((one) => one.status === 200)).toHaveLength(1)
      const rows =
        await api.owner`SELECT FROM membership WHERE practice_id = ${practice.id} AND role = 'practice_admin'`
      expect(rows).toHaveLength(1)
    }
  })

  test('and only an admin makes or unmakes another', async () => {
    const { practice, admin } = await team()
    const second = await api.createPerson('practice_admin', practice)
    const clientAdmin = await api.createPerson('client_admin', practice)
    const cookie = await api.signIn(clientAdmin)
    for (const [method, path, body] of [
      ['PATCH', `members/${clientAdmin.id}`, { role: 'practice_admin' }],
      ['PATCH', `members/${second.id}`, { role: 'standard' }],
      ['DELETE', `members/${admin.id}`, undefined],
      ['POST', 'members', { email: 'new@marsh.example', role: 'practice_admin' }],
    ] as const) {
      const answer = await api.callAs(cookie, path, { method, ...(body && { body }) })
      expect([answer.status, answer.body.code, answer.body.right]).toEqual([403, 'no_right', 'manage_team'])
    }
    expect((await api.callAs(cookie, 'members')).body.items).toHaveLength(3)
  })
})

describe('API keys', () => {
  test('are shown once, open the API, and open nothing once revoked', async () => {
    const { practice, as } = await team()
    const made = await as('POST', 'api-keys', { name: 'Ledger sync', scopes: ['read'] })
    expect(made.status).toBe(201)
    const { key, id } = made.body
    expect((await api.call('me', { key })).body).toMatchObject({
      user: null,
      practice: { id: practice.id },
      role: null,
    })
    await waitFor('the use to be noted', async () => {
      const { body } = await as('GET', 'api-keys')
      const found = body.items.find((one: { id: string }) => one.id === id)
      expect(JSON.stringify(body)).not.toContain(key)
      return found.lastUsedAt !== null
    })
    expect((await as('DELETE', `api-keys/${id}`)).status).toBe(200)
    expect((await as('DELETE', `api-keys/${id}`)).status).toBe(404)
    expect((await api.call('me', { key })).status).toBe(401)
    const { body } = await as('GET', 'audit')
    expect(body.items.slice(0, 2).map((one: { kind: string }) => one.kind)).toEqual(['api_key_revoked', 'api_key_made'])
    expect(JSON.stringify(body)).not.toContain(key)
  })

  test('never manage people, keys or settings', async () => {
    for (const path of ['members', 'api-keys', 'audit']) {
      const answer = await api.call(path)
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'no_right'])
    }
  })
})

describe('the practice’s choices', () => {
  test('are changed one by one, hold for new clients, and are recorded', async () => {
    const { practice, as } = await team()
    const guide = {
      title: 'Welcome',
      text: 'Send us your receipts.',
      links: [{ label: 'How', url: 'https://marsh.example/how' }],
    }
    const changed = await as('PATCH', 'practice', {
      inviteExpiryDays: 10,
      steps: { books: 'client' },
      brandColour: '#0e4f4a',
      setupGuide: guide,
      phone: null,
    })
    expect(changed.body).toMatchObject({
      name: 'Marsh & Lowe Accountants',
      inviteExpiryDays: 10,
      steps: { bank: 'client', books: 'client', mapping: 'practice' },
      brandColour: '#0E4F4A',
      setupGuide: guide,
    })
    expect((await as('GET', 'practice')).body).toEqual(changed.body)
    const made = await as('POST', 'onboardings', { organisation: { name: 'Quay Fish Ltd' } })
    const books = made.body.steps.find((one: { kind: string }) => one.kind === 'books')
    expect(books.owner).toBe('client')
    const { body } = await as('GET', 'audit?kind=settings_changed')
    expect(body.items).toEqual([
      expect.objectContaining({
        actor: { type: 'staff', id: expect.any(String), name: 'Rosa Marsh' },
        data: { fields: ['phone', 'inviteExpiryDays', 'brandColour', 'setupGuide', 'defaultBooks'] },
        address: expect.stringContaining('127.0.0.1'),
      }),
    ])
    expect((await audit(practice)).filter((kind) => kind === 'settings_changed')).toHaveLength(1)
  })

  test('that cannot be are named by field, and nothing changes', async () => {
    const { as } = await team()
    const before = (await as('GET', 'practice')).body
    const answer = await as('PATCH', 'practice', {
      inviteExpiryDays: 61,
      brandColour: 'red',
      reasonBank: 'x'.repeat(81),
      setupGuide: { title: 'T', text: 'x', links: [{ label: 'L', url: 'javascript:alert(1)' }] },
      plan: 'plus',
    })
    expect(answer.body.errors.map((one: { field: string }) => one.field).sort()).toEqual([
      'brandColour',
      'inviteExpiryDays',
      'plan',
      'reasonBank',
      'setupGuide.links[0].url',
    ])
    expect((await as('GET', 'practice')).body).toEqual(before)
  })

  test('say whether support may look in, and for how long', async () => {
    const { practice, as } = await team()
    const support = await api.signIn(await api.createPerson('support'))
    const look = () => api.callAs(support, 'onboardings', { practice: practice.id })
    expect((await look()).status).toBe(403)
    const opened = await as('PATCH', 'practice/support-access', { access: 'on_request', hours: 4 })
    expect(Date.parse(opened.body.support.until)).toBeGreaterThan(Date.now())
    expect((await look()).status).toBe(200)
    expect((await as('PATCH', 'practice/support-access', { access: 'never' })).body.support.until).toBeNull()
    expect((await look()).status).toBe(403)
  })
})

describe('the audit log', () => {
  test('shows who, what and from where, by pages and by person, and nobody can change it', async () => {
    const { admin, as, practice } = await team()
    const person = await api.createPerson('standard', practice, { name: 'Priya Shah' })
    await api.call('/api/auth/sign-in/email', {
      method: 'POST',
      body: { email: person.email, password: 'not the right one' },
      key: null,
      headers: { origin: api.url },
    })
    await api.signIn(person)
    const first = await as('GET', 'audit?limit=2')
    expect(first.body.items).toMatchObject([
      { kind: 'signed_in', actor: { name: 'Priya Shah' }, subject: { name: 'Priya Shah' } },
      { kind: 'sign_in_failed', actor: { type: 'system', id: null }, subject: { name: 'Priya Shah' } },
    ])
    const second = await as('GET', `audit?limit=2&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({
      items: [{ kind: 'signed_in', actor: { name: 'Rosa Marsh' } }],
      nextCursor: null,
    })
    expect((await as('GET', `audit?person=${admin.id}`)).body.items).toHaveLength(1)
    expect((await as('GET', 'audit?cursor=xyz')).body.code).toBe('bad_cursor')
    await expect(api.deps.db.inPractice(practice.id, (tx) => tx`UPDATE audit_event SET kind = 'x'`)).rejects.toThrow(
      'permission denied',
    )
    await expect(api.deps.db.inPractice(practice.id, (tx) => tx`DELETE FROM audit_event`)).rejects.toThrow(
      'permission denied',
    )
  })
})
