import { beforeAll, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)
let admin: string
beforeAll(async () => {
  admin = await api.signIn(await api.createPerson('practice_admin', api.practice, { name: 'Rosa Marsh' }))
})

const SELF = {
  name: 'Sam Fell',
  kind: 'self_employed',
  contact: { name: 'Sam Fell', email: 'sam@windows.example' },
  incomeSources: [{ name: 'Cabs', type: 'self_employment' }],
  niNumber: 'AB123456C',
}
const erase = (id: string, name: string, cookie = admin) =>
  api.callAs(cookie, `organisations/${id}/erase`, { method: 'POST', body: { name } })

test('an export holds everything of the client in plain, as a file, and no secret; it is audited', async () => {
  const { id, organisation, invitation } = await api.create({ organisation: SELF })
  const answer = await api.callAs(admin, `organisations/${organisation.id}/export`)
  expect([answer.status, answer.headers.get('content-disposition')]).toEqual([
    200,
    `attachment; filename="${organisation.id}.json"`,
  ])
  const { held } = answer.body
  expect(held.organisation).toMatchObject([
    { name: 'Sam Fell', niNumber: 'AB123456C', contactEmail: 'sam@windows.example' },
  ])
  expect(held.incomeSources).toMatchObject([{ name: 'Cabs' }])
  expect(held.invitations).toMatchObject([{ onboardingId: id, email: invitation.email }])
  expect(held.events.map((one: { kind: string }) => one.kind)).toEqual(['created', 'invited'])
  expect(answer.text).not.toMatch(/sealed|sha256|practiceId/i)
  const other = await api.create()
  expect(answer.text).not.toContain(other.id)
  expect(answer.text).not.toContain('"searched"')
  const audit = await api.callAs(admin, 'audit?kind=client_exported')
  expect(audit.body.items).toMatchObject([{ kind: 'client_exported' }])
})

test('only practice admins erase and export; the name is typed as a second look', async () => {
  const { organisation } = await api.create({ access: { everyone: true } })
  for (const role of ['client_admin', 'standard'] as const) {
    const cookie = await api.signIn(await api.createPerson(role))
    expect((await erase(organisation.id, organisation.name, cookie)).status).toBe(403)
    expect((await api.callAs(cookie, `organisations/${organisation.id}/export`)).status).toBe(403)
  }
  expect((await api.post(`organisations/${organisation.id}/erase`, { name: organisation.name })).status).toBe(403)
  const wrong = await erase(organisation.id, 'Harbour')
  expect([wrong.status, wrong.body.errors]).toMatchObject([422, [{ field: 'name', code: 'other_name' }]])
  expect((await api.call(`organisations/${organisation.id}`)).body).toMatchObject({
    name: organisation.name,
    erasedAt: null,
  })
})

test('an erased client reads as such in list and detail, with nothing to do, and is not filled again', async () => {
  const { id, organisation } = await api.create()
  expect((await erase(organisation.id, organisation.name)).body).toEqual({ id: organisation.id, endedThere: true })
  const { body } = await api.call(`onboardings/${id}`)
  expect(body).toMatchObject({
    status: 'cancelled',
    action: null,
    allowed: [],
    organisation: { name: 'Erased client' },
  })
  expect(body.situation.sentence).toBe('Personal data erased')
  expect(body.invitation).toMatchObject({ name: null, email: null, phone: null })
  const [listed] = (await api.call('onboardings?q=erased')).body.items
  expect(listed).toMatchObject({ id, action: null, organisation: { name: 'Erased client' } })
  const edited = await api.call(`organisations/${organisation.id}`, {
    method: 'PATCH',
    body: { name: 'Back Ltd', contact: { name: 'Jo', email: 'jo@harbour.example' } },
    headers: { 'if-match': '*' },
  })
  expect([edited.status, edited.body.code]).toEqual([409, 'erased'])
  const reopened = await api.post(`onboardings/${id}/reopen`, { steps: [] })
  expect([reopened.status, reopened.body.allowed]).toEqual([409, []])
  expect((await api.callAs(admin, `onboardings/${id}/timeline?limit=1`)).body.items).toMatchObject([
    { sentence: 'Personal data erased' },
  ])
})

test('pressed twice at the same time it is erased once', async () => {
  const { id, organisation } = await api.create()
  const answers = await Promise.all([1, 2, 3].map(() => erase(organisation.id, organisation.name)))
  for (const answer of answers) expect([200, 422]).toContain(answer.status)
  const [row] = await api.owner<{ n: number }[]>`
    SELECT count(*)::int AS n FROM event WHERE onboarding_id = ${id} AND kind = 'erased'`
  expect(row).toEqual({ n: 1 })
  const [audited] = await api.owner<{ n: number }[]>`
    SELECT count(*)::int AS n FROM audit_event WHERE kind = 'client_erased' AND subject_id = ${organisation.id}`
  expect(audited).toEqual({ n: 1 })
  expect((await erase(organisation.id, 'anything')).status).toBe(200)
})

test('an erased client is not made again by a repeat of the request that made it', async () => {
  const headers = { 'idempotency-key': 'made-and-erased' }
  const body = { organisation: { name: 'Gone Bakery Ltd' } }
  const made = await api.post('onboardings', body, { headers })
  expect((await erase(made.body.organisation.id, 'Gone Bakery Ltd')).status).toBe(200)
  const before = await api.countRows()
  const repeat = await api.post('onboardings', body, { headers })
  expect([repeat.status, repeat.body.code]).toEqual([409, 'already_done'])
  expect(await api.countRows()).toEqual(before)
})
