import { describe, expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { DEFAULT_NOTICES } from '../../../domain/practice/notices.ts'
import { ask } from '../../domain/onboardings.ts'
import { forFile } from '../../forFile.ts'
import { startStaffApi, type TestPractice } from '../staffHarness.ts'

const api = forFile(startStaffApi)

/** Creates a client of the practice that declines. */
async function declined(practice: TestPractice, changes: Record<string, unknown> = {}) {
  const made = await api.create(changes, practice.key)
  const target = { practiceId: practice.id, onboardingId: made.id as string }
  await execute(api.deps.commands, target, { actor: { type: 'client', id: null }, command: ask.decline() })
  return made
}

async function signedIn(role: 'practice_admin' | 'standard', practice: TestPractice) {
  const person = await api.createPerson(role, practice)
  const cookie = await api.signIn(person)
  const call = (path: string, given = {}) => api.callAs(cookie, path, given)
  return { ...person, call, read: (body = {}) => call('notices/read', { method: 'POST', body }) }
}

describe('notices', () => {
  test('are listed by client, whoever something happened to last first; read up to one, of one client, or all', async () => {
    const practice = await api.createPractice()
    const rosa = await signedIn('practice_admin', practice)
    const first = await declined(practice)
    const second = await declined(practice)
    await execute(
      api.deps.commands,
      { practiceId: practice.id, onboardingId: first.id },
      { actor: { type: 'client', id: null }, command: ask.connect('bank') },
    )
    const { body } = await rosa.call('notices')
    expect(body).toMatchObject({
      unread: 3,
      clients: [
        {
          onboarding: { id: first.id, name: first.organisation.name },
          notices: [
            { kind: 'bank_connected', sentence: 'Bank connected, 2 accounts', read: false },
            { kind: 'declined', sentence: 'Declined: no wish to share' },
          ],
        },
        { onboarding: { id: second.id }, notices: [{ kind: 'declined' }] },
      ],
    })
    const [newest, oldest] = body.clients[0].notices
    expect((await rosa.read({ upTo: oldest.id })).body).toEqual({ unread: 2 })
    expect((await rosa.read({ onboardingId: second.id })).body).toEqual({ unread: 1 })
    const later = (await rosa.call('notices')).body
    expect(later.clients[0].notices.map(({ id, read }: typeof newest) => [id, read])).toEqual([
      [newest.id, false],
      [oldest.id, true],
    ])
    expect((await rosa.read()).body).toEqual({ unread: 0 })
    expect((await rosa.read()).body).toEqual({ unread: 0 })
  })

  test('are the person’s own: nobody reads or marks those of a colleague, and at most 50 are listed', async () => {
    const practice = await api.createPractice()
    const rosa = await signedIn('practice_admin', practice)
    const tom = await signedIn('practice_admin', practice)
    await declined(practice)
    await tom.read()
    expect((await tom.call('notices')).body.unread).toBe(0)
    expect((await rosa.call('notices')).body.unread).toBe(1)
    await api.owner`
      INSERT INTO notice (practice_id, person_id, onboarding_id, event_seq, kind, in_app, digest)
      SELECT e.practice_id, ${rosa.id}, e.onboarding_id, n, 'accepted', true, false
      FROM event e, generate_series(100, 160) AS n WHERE e.practice_id = ${practice.id} AND e.kind = 'created'`
    await api.owner`
      INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, actor_type, data)
      SELECT e.practice_id, e.onboarding_id, n, 'accepted', n::text, now(), 'client', '{"channel": "email"}'
      FROM event e, generate_series(100, 160) AS n WHERE e.practice_id = ${practice.id} AND e.kind = 'created'`
    const { body } = await rosa.call('notices')
    expect(body.unread).toBe(62)
    expect(body.clients.flatMap(({ notices }: { notices: unknown[] }) => notices)).toHaveLength(50)
  })

  test('of a client that somebody may see no longer are gone for them', async () => {
    const practice = await api.createPractice()
    const cy = await signedIn('standard', practice)
    const made = await api.create({ accountManager: cy.id }, practice.key)
    expect((await cy.call('notices')).body).toMatchObject({
      unread: 1,
      clients: [{ notices: [{ kind: 'assigned', sentence: 'Assigned to you' }] }],
    })
    await api.owner`UPDATE organisation SET account_manager_id = NULL WHERE id = ${made.organisation.id}`
    expect((await cy.call('notices')).body).toEqual({ unread: 0, clients: [], takeOvers: [] })
  })

  test('go when the client is erased', async () => {
    const practice = await api.createPractice()
    const rosa = await signedIn('practice_admin', practice)
    const { organisation } = await declined(practice)
    const body = { name: organisation.name }
    expect((await rosa.call(`organisations/${organisation.id}/erase`, { method: 'POST', body })).status).toBe(200)
    expect((await rosa.call('notices')).body).toEqual({ unread: 0, clients: [], takeOvers: [] })
    expect(await api.owner`SELECT FROM staff_mail WHERE practice_id = ${practice.id}`).toHaveLength(0)
  })

  test('are nothing for keys and support', async () => {
    for (const path of ['notices', 'me/notification-settings']) {
      expect((await api.call(path)).body.code).toBe('no_right')
    }
    await api.owner`UPDATE practice SET support_access = 'always' WHERE id = ${api.practice.id}`
    const support = await api.signIn(await api.createPerson('support'))
    const answer = await api.callAs(support, 'notices', { practice: api.practice.id })
    expect([answer.status, answer.body.code]).toEqual([403, 'no_right'])
  })
})

describe('what somebody is told of', () => {
  test('is their own choice in each practice; at first it is as for everybody', async () => {
    const practice = await api.createPractice()
    const rosa = await signedIn('practice_admin', practice)
    const tom = await signedIn('practice_admin', practice)
    expect((await rosa.call('me/notification-settings')).body).toEqual(DEFAULT_NOTICES)
    const body = { clients: 'all', inApp: ['support', 'accepted'], email: [], digest: ['expired'] }
    const saved = await rosa.call('me/notification-settings', { method: 'PUT', body })
    expect([saved.status, saved.body]).toEqual([200, { ...body, inApp: ['accepted', 'support'] }])
    expect((await rosa.call('me/notification-settings')).body).toEqual(saved.body)
    expect((await tom.call('me/notification-settings')).body).toEqual(DEFAULT_NOTICES)
    await declined(practice)
    expect((await rosa.call('notices')).body.unread).toBe(0)
    expect((await tom.call('notices')).body.unread).toBe(1)
  })

  test('is refused with the field where it is nothing that happens', async () => {
    const rosa = await signedIn('practice_admin', api.practice)
    const body = { clients: 'mine', inApp: ['rain'], email: [], digest: [] }
    const answer = await rosa.call('me/notification-settings', { method: 'PUT', body })
    expect([answer.status, answer.body.errors.map(({ field }: { field: string }) => field)]).toEqual([
      422,
      ['clients', 'inApp[0]'],
    ])
  })
})
