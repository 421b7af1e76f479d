import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { type Answer, startStaffApi, type TestPractice } from '../staffHarness.ts'

const api = forFile(startStaffApi)

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Creates a practice with a signed-in admin and two people of the role Standard. */
async function office() {
  const practice = await api.createPractice()
  const [rosa, priya, sam] = await Promise.all([
    api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' }),
    api.createPerson('standard', practice, { name: 'Priya Shah' }),
    api.createPerson('standard', practice, { name: 'Sam Lowe' }),
  ])
  const cookie = await api.signIn(rosa)
  const as = (method: Method, path: string, body?: unknown) =>
    api.callAs(cookie, path, { method, ...(body !== undefined && { body }) })
  /** Creates a client that a person manages; returns its organisation and onboarding. */
  const managed = async (manager: string, more: object = {}) => {
    const made = await api.create({ accountManager: manager, invitation: null, ...more }, practice.key)
    return { id: made.id as string, organisation: made.organisation.id as string }
  }
  return { practice, rosa, priya, sam, as, managed }
}

/** Returns each client's manager; also checks that its onboardings agree. */
const managersOf = async (practice: TestPractice) => {
  const rows = await api.owner<{ manager: string | null; agree: boolean }[]>`
    SELECT g.account_manager_id AS manager, bool_and(o.account_manager_id IS NOT DISTINCT FROM g.account_manager_id) AS agree
    FROM organisation g JOIN onboarding o ON o.organisation_id = g.id
    WHERE g.practice_id = ${practice.id} GROUP BY g.id ORDER BY g.id`
  return rows.map(({ manager, agree }) => (agree ? manager : 'differs'))
}
const assignments = async (id: string) =>
  api.owner`SELECT actor_id, data FROM event WHERE onboarding_id = ${id} AND kind = 'assigned' ORDER BY seq`
const said = ({ status, body }: Answer) => [status, body.code]

describe('a colleague who manages clients', () => {
  test('is not removed before somebody gets them, and then all of them go there, each with its event', async () => {
    const { practice, rosa, priya, sam, as, managed } = await office()
    const open = await managed(priya.id)
    const ended = await managed(priya.id)
    expect((await as('POST', `onboardings/${ended.id}/cancel`, {})).status).toBe(200)
    const other = await managed(sam.id)

    const refused = await as('DELETE', `members/${priya.id}`)
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ field: 'clientsTo', code: 'required', message: 'Choose who gets their 2 clients.' }],
    ])
    const stranger = await api.createPerson('standard', await api.createPractice())
    for (const nobody of [stranger.id, priya.id]) {
      const answer = await as('DELETE', `members/${priya.id}?clientsTo=${nobody}`)
      expect([answer.status, answer.body.errors]).toMatchObject([422, [{ field: 'clientsTo', code: 'unknown_person' }]])
    }
    expect(await managersOf(practice)).toEqual([priya.id, priya.id, sam.id])

    const removed = await as('DELETE', `members/${priya.id}?clientsTo=${sam.id}`)
    expect([removed.status, removed.body]).toEqual([200, { id: priya.id, clients: 2 }])
    expect(await managersOf(practice)).toEqual([sam.id, sam.id, sam.id])
    for (const { id } of [open, ended]) {
      expect([...(await assignments(id))]).toEqual([{ actor_id: rosa.id, data: { manager: sam.id } }])
    }
    expect(await assignments(other.id)).toHaveLength(0)
    const audit = (await as('GET', 'audit?limit=2')).body.items
    expect(audit).toMatchObject([
      { kind: 'member_removed', actor: { id: rosa.id }, subject: { name: 'Priya Shah' }, data: { role: 'standard' } },
      { kind: 'clients_handed_over', subject: { name: 'Priya Shah' }, data: { clients: 2, toName: 'Sam Lowe' } },
    ])
    expect((await as('GET', 'audit/export?kind=clients_handed_over')).text).toContain('"2 clients, to Sam Lowe"')
  })

  test('is removed with all clients handed over, or with none', async () => {
    const { practice, priya, sam, as, managed } = await office()
    await Promise.all(Array.from({ length: 25 }, () => managed(priya.id)))
    // A failure in the last statement must roll everything back.
    await api.owner.unsafe(`
      CREATE FUNCTION stop_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stop'; END $$;
      CREATE TRIGGER stop_removal BEFORE DELETE ON membership FOR EACH ROW
        WHEN (OLD.user_id = '${priya.id}') EXECUTE FUNCTION stop_removal()`)
    expect((await as('DELETE', `members/${priya.id}?clientsTo=${sam.id}`)).status).toBe(500)
    expect(new Set(await managersOf(practice))).toEqual(new Set([priya.id]))
    await api.owner.unsafe('DROP TRIGGER stop_removal ON membership; DROP FUNCTION stop_removal')
    expect((await as('DELETE', `members/${priya.id}?clientsTo=${sam.id}`)).body.clients).toBe(25)
    expect(new Set(await managersOf(practice))).toEqual(new Set([sam.id]))
  })

  test('hands them over and stays, and the other sees them from then on', async () => {
    const { practice, rosa, priya, sam, as, managed } = await office()
    const { id } = await managed(priya.id)
    const cookie = await api.signIn(sam)
    const sees = async () => (await api.callAs(cookie, `onboardings/${id}`)).status
    expect(await sees()).toBe(404)
    const counted = async () =>
      (await as('GET', 'members')).body.items.map((one: { name: string; clients: number }) => [one.name, one.clients])
    expect(await counted()).toEqual([
      ['Priya Shah', 1],
      ['Rosa Marsh', 0],
      ['Sam Lowe', 0],
    ])
    const handed = await as('POST', `members/${priya.id}/hand-over`, { clientsTo: sam.id })
    expect([handed.status, handed.body]).toEqual([200, { clients: 1 }])
    expect(await sees()).toBe(200)
    expect((await counted()).map(([, n]: [string, number]) => n)).toEqual([0, 0, 1])
    expect(await managersOf(practice)).toEqual([sam.id])
    // A repeat has nothing to hand over, and nothing is recorded.
    expect((await as('POST', `members/${priya.id}/hand-over`, { clientsTo: rosa.id })).body).toEqual({ clients: 0 })
    expect((await as('GET', 'audit?kind=clients_handed_over')).body.items).toHaveLength(1)
    expect(said(await as('POST', `members/${priya.id}/hand-over`, { clientsTo: priya.id }))).toEqual([
      422,
      'validation',
    ])
    expect((await as('POST', `members/${practice.id}/hand-over`, { clientsTo: sam.id })).status).toBe(404)
  })

  test('leaves no erased client behind under their name', async () => {
    const { practice, priya, as, managed } = await office()
    const { organisation } = await managed(priya.id, { organisation: { name: 'Gone Ltd' } })
    expect((await as('POST', `organisations/${organisation}/erase`, { name: 'Gone Ltd' })).status).toBe(200)
    expect((await as('DELETE', `members/${priya.id}`)).body).toEqual({ id: priya.id, clients: 0 })
    expect(await managersOf(practice)).toEqual([null])
  })

  test('is given no client while being removed, however close the two are', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { practice, rosa, priya, as, managed } = await office()
      const free = await managed(rosa.id)
      const mine = await managed(priya.id)
      const give = (organisation: string, path: string, body: object) =>
        api.call(`organisations/${organisation}/${path}`, { method: 'PUT', body, key: practice.key })
      const bulk = { do: 'assign', manager: priya.id, ids: [free.id] }
      const answers = await Promise.all([
        as('DELETE', `members/${priya.id}?clientsTo=${rosa.id}`),
        round % 2
          ? give(free.organisation, 'manager', { manager: priya.id })
          : api.post('onboardings/actions', bulk, { key: practice.key }),
        give(mine.organisation, 'access', { people: [priya.id] }),
      ])
      expect(answers[0].status).toBe(200)
      for (const { status } of answers.slice(1)) expect([200, 422]).toContain(status)
      expect(new Set(await managersOf(practice))).toEqual(new Set([rosa.id]))
      const rules = await api.owner`SELECT FROM access_rule WHERE user_id = ${priya.id}`
      expect(rules).toHaveLength(0)
    }
  })
})

describe('somebody who was removed', () => {
  test('comes back without the teams and clients of before', async () => {
    const { practice, priya, as } = await office()
    const team = (await as('POST', 'teams', { name: 'Payroll', members: [priya.id] })).body.id
    await api.create({ access: { people: [priya.id] } }, practice.key)
    await api.create({ access: { teams: [team] } }, practice.key)
    const cookie = await api.signIn(priya)
    expect((await api.callAs(cookie, 'onboardings')).body.items).toHaveLength(2)
    await as('DELETE', `members/${priya.id}`)
    await api.owner`INSERT INTO membership (practice_id, user_id, role) VALUES (${practice.id}, ${priya.id}, 'standard')`
    expect((await api.callAs(await api.signIn(priya), 'onboardings')).body.items).toEqual([])
    expect((await as('GET', 'teams')).body.items[0].members).toEqual([])
  })

  test('stays signed in to other practices, but not by the sign-on of this one', async () => {
    const { practice, priya, as } = await office()
    const elsewhere = await api.createPractice()
    await api.owner`INSERT INTO membership (practice_id, user_id, role) VALUES (${elsewhere.id}, ${priya.id}, 'standard')`
    const [own, bySignOn] = [await api.signIn(priya), await api.signIn(priya)]
    const [newest] =
      await api.owner`SELECT id FROM identity.session WHERE user_id = ${priya.id} ORDER BY id DESC LIMIT 1`
    await api.owner`UPDATE identity.session SET practice_id = ${practice.id} WHERE id = ${newest!.id}`
    await as('DELETE', `members/${priya.id}`)
    expect((await api.callAs(own, 'me')).body.practice.id).toBe(elsewhere.id)
    expect((await api.callAs(bySignOn, 'me')).body.code).toBe('session_ended')
  })

  test('nobody is forgotten to have been seen who signed out', async () => {
    const { priya, as } = await office()
    const cookie = await api.signIn(priya)
    const seen = async () =>
      (await as('GET', 'members')).body.items.find((one: { id: string }) => one.id === priya.id).lastSeenAt
    expect(await seen()).not.toBeNull()
    await api.callAs(cookie, '/api/auth/sign-out', { method: 'POST', body: {} })
    expect(await seen()).not.toBeNull()
  })

  test('nobody else is signed out by the database on behalf of a practice they were not removed from', async () => {
    const { practice, priya } = await office()
    const stranger = await api.createPerson('standard', await api.createPractice())
    const cookies = [await api.signIn(priya), await api.signIn(stranger)]
    await api.deps.db.inPractice(practice.id, async (tx) => {
      for (const { id } of [priya, stranger]) await tx`SELECT sign_out_removed(${id})`
    })
    for (const cookie of cookies) expect((await api.callAs(cookie, 'me')).status).toBe(200)
  })
})
