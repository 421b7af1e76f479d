import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execute } from '../../commands/execute.ts'
import { openDatabase } from '../../db/client.ts'
import { digestDayOf } from '../../domain/practice/digests.ts'
import { HOUR_MS } from '../../domain/situation.ts'
import { noticeMail } from '../../messages/compose/notice.ts'
import { makeDigests } from '../../messages/outbox/digests.ts'
import { ask } from '../domain/onboardings.ts'
import { bodyOf, idIn, operationsOf } from './operations.ts'
import { lineOf } from './rightsTable.ts'
import { type StaffApi, startStaffApi, type TestPractice } from './staffHarness.ts'
import { makeThings } from './things.ts'

/**
 * A person whose role the database knows and the rules do not, as right after a migration that adds one. The person
 * gets every kind of access to clients, and subscribes to all notices.
 */
let api: StaffApi
let practice: TestPractice
let trainee: { id: string; cookie: string }
let admin: { id: string; cookie: string }
let client: string

beforeAll(async () => {
  // The document has no such role, so answers with it are not checked against the document.
  api = await startStaffApi({ checksAnswers: false })
  practice = await api.createPractice()
  await api.owner`ALTER TABLE membership DROP CONSTRAINT membership_role_check`
  const made = await api.createPerson('standard', practice)
  trainee = { id: made.id, cookie: await api.signIn(made) }
  const other = await api.createPerson('client_admin', practice)
  admin = { id: other.id, cookie: await api.signIn(other) }
  await api.owner`UPDATE membership SET role = 'trainee' WHERE user_id = ${trainee.id}`
  for (const { id } of [trainee, admin]) {
    await api.owner`INSERT INTO notice_settings (practice_id, person_id, clients, in_app, email, digest)
      VALUES (${practice.id}, ${id}, 'all', '{declined}', '{declined}', '{declined}')`
  }
  const access = { everyone: true, people: [trainee.id] }
  const all = [
    await api.create({ access }, practice.key),
    await api.create({ accountManager: trainee.id, access }, practice.key),
  ]
  client = all[0].id
  for (const { id } of all) {
    const target = { practiceId: practice.id, onboardingId: id }
    await execute(api.deps.commands, target, { actor: { type: 'client', id: null }, command: ask.decline() })
  }
})
afterAll(() => api?.stop())

describe('a role that nobody has given rights', () => {
  test('sees nothing of any client at any operation, nor live', async () => {
    const things = await makeThings(api, practice, 'Open')
    for (const operation of (await operationsOf(api)).filter(({ right }) => right !== undefined)) {
      const given = { method: operation.method, body: bodyOf(operation, things) }
      const answer = await api.callAs(trainee.cookie, idIn(operation, things), given)
      const isOwn = lineOf(operation.name).right === null
      expect([operation.name, answer.status]).toEqual([operation.name, isOwn ? 200 : 403])
      expect(answer.text).not.toContain('Harbour')
    }
    expect((await api.callAs(trainee.cookie, 'me')).body.rights).toEqual([])
    expect((await api.callAs(trainee.cookie, 'live')).status).toBe(403)
  })

  test('is told of nothing, under the bell and by mail, while an admin is', async () => {
    const told = async (id: string) => {
      const [row] = await api.owner<{ notices: number; mails: number }[]>`
        SELECT (SELECT count(*)::int FROM notice WHERE person_id = ${id}) AS notices,
          (SELECT count(*)::int FROM staff_mail WHERE person_id = ${id}) AS mails`
      return row
    }
    expect(await told(admin.id)).toEqual({ notices: 2, mails: 2 })
    expect(await told(trainee.id)).toEqual({ notices: 0, mails: 0 })
    const of = async (id: string) =>
      api.deps.db.inPractice(practice.id, async (tx) => {
        const [event] = await tx<{ seq: number }[]>`
          SELECT seq FROM event WHERE onboarding_id = ${client} AND kind = 'declined'`
        return noticeMail(tx, id, { onboardingId: client, seq: event!.seq, kind: 'declined' }, api.url)
      })
    expect(await of(admin.id)).not.toBeNull()
    expect(await of(trainee.id)).toBeNull()
  })

  test('gets no digest, while an admin does', async () => {
    const worker = openDatabase(api.database.workerUrl, 2)
    let at = Date.now()
    for (let day = null; !day || day.from <= Date.now(); at += HOUR_MS) day = digestDayOf(at, 'Europe/London')
    const commands = { ...api.deps.commands, db: worker }
    await makeDigests({ commands, publicUrl: api.url }, at, (_id, error) => {
      throw error
    })
    await worker.close()
    const made = await api.owner<{ person: string }[]>`
      SELECT person_id AS person FROM staff_mail WHERE day IS NOT NULL AND practice_id = ${practice.id}`
    const people = made.map(({ person }) => person)
    expect(people).toContain(admin.id)
    expect(people).not.toContain(trainee.id)
  })

  test('sees what it is given once it may see clients, and every client by that right', async () => {
    const listed = async (cookie: string) => (await api.callAs(cookie, 'onboardings')).body.items?.length
    await api.owner`UPDATE membership SET role = 'standard' WHERE user_id = ${trainee.id}`
    const given = await listed(trainee.cookie)
    await api.create({ access: {} }, practice.key)
    expect(await listed(trainee.cookie)).toBe(given)
    expect(await listed(admin.cookie)).toBeGreaterThan(given)
    await api.owner`UPDATE membership SET role = 'client_admin' WHERE user_id = ${trainee.id}`
    expect(await listed(trainee.cookie)).toBe(await listed(admin.cookie))
  })
})
