import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { type Answer, startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

type Named = { id: string; name: string }
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Creates a practice with an admin and two people of the role Standard, all signed in. */
async function office() {
  const practice = await api.createPractice()
  const signedIn = async (role: 'practice_admin' | 'standard', name: string) => {
    const person = await api.createPerson(role, practice, { name })
    const cookie = await api.signIn(person)
    const as = (method: Method, path: string, body?: unknown) =>
      api.callAs(cookie, path, { method, ...(body !== undefined && { body }) })
    const sees = async () => (await as('GET', 'onboardings')).body.items.map(nameOfRow).sort() as string[]
    return { ...person, as, sees }
  }
  const [rosa, priya, sam] = await Promise.all([
    signedIn('practice_admin', 'Rosa Marsh'),
    signedIn('standard', 'Priya Shah'),
    signedIn('standard', 'Sam Lowe'),
  ])
  const client = async (name: string, access: object = {}) =>
    (await api.create({ organisation: { name }, access }, practice.key)).organisation.id as string
  return { practice, rosa, priya, sam, client }
}

const nameOfRow = (row: { organisation: Named }) => row.organisation.name
const said = ({ status, body }: Answer) => [status, body.code]

describe('a team', () => {
  test('is made, renamed, filled and emptied, and everybody may read it', async () => {
    const { rosa, priya, sam } = await office()
    const made = await rosa.as('POST', 'teams', { name: '  Payroll ', members: [sam.id, priya.id, sam.id] })
    const { id } = made.body
    expect([made.status, made.body]).toEqual([
      201,
      {
        id,
        name: 'Payroll',
        members: [
          { id: priya.id, name: 'Priya Shah' },
          { id: sam.id, name: 'Sam Lowe' },
        ],
        clients: 0,
      },
    ])
    await rosa.as('POST', 'teams', { name: 'Accounts' })
    const changed = await rosa.as('PATCH', `teams/${id}`, {
      name: 'Pay and pensions',
      add: [rosa.id],
      remove: [sam.id, randomUUID()],
    })
    expect(changed.body).toMatchObject({
      name: 'Pay and pensions',
      members: [{ name: 'Priya Shah' }, { name: 'Rosa Marsh' }],
    })
    const listed = (await priya.as('GET', 'teams')).body.items
    expect(listed.map((one: Named) => one.name)).toEqual(['Accounts', 'Pay and pensions'])
    expect(listed[1]).toEqual(changed.body)
  })

  test('has a name of its own, and people of the practice only', async () => {
    const { rosa } = await office()
    const stranger = await api.createPerson('standard', await api.createPractice())
    const { id } = (await rosa.as('POST', 'teams', { name: 'Payroll' })).body
    await rosa.as('POST', 'teams', { name: 'Accounts' })
    const taken = await rosa.as('POST', 'teams', { name: 'PAYROLL' })
    expect([...said(taken), taken.body.errors[0]]).toMatchObject([409, 'name_taken', { field: 'name' }])
    expect(said(await rosa.as('PATCH', `teams/${id}`, { name: 'accounts' }))).toEqual([409, 'name_taken'])
    expect((await rosa.as('PATCH', `teams/${id}`, { name: 'payroll' })).body.name).toBe('payroll')
    for (const [path, method, body, field] of [
      ['teams', 'POST', { name: 'New', members: [stranger.id] }, 'members'],
      [`teams/${id}`, 'PATCH', { add: [stranger.id] }, 'add'],
    ] as const) {
      const answer = await rosa.as(method, path, body)
      expect([answer.status, answer.body.errors]).toMatchObject([422, [{ field, code: 'unknown_colleague' }]])
    }
    for (const body of [
      {},
      { name: ' ' },
      { name: 'x'.repeat(81) },
      { name: 'a\nb' },
      { name: 'A', members: ['Priya'] },
    ]) {
      expect(said(await rosa.as('POST', 'teams', body))).toEqual([422, 'validation'])
    }
    expect((await rosa.as('GET', 'teams')).body.items).toMatchObject([
      { name: 'Accounts', members: [] },
      { name: 'payroll', members: [] },
    ])
  })

  test('of one name is made once, however fast', async () => {
    const { rosa } = await office()
    const both = await Promise.all([1, 2, 3].map(() => rosa.as('POST', 'teams', { name: 'Payroll' })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })

  test('lets its members see its clients from the next request on, and no longer once they are out', async () => {
    const { rosa, priya, client } = await office()
    const { id } = (await rosa.as('POST', 'teams', { name: 'Payroll' })).body
    await client('Harbour Bakery Ltd', { teams: [id] })
    expect(await priya.sees()).toEqual([])
    await rosa.as('PATCH', `teams/${id}`, { add: [priya.id] })
    expect(await priya.sees()).toEqual(['Harbour Bakery Ltd'])
    await rosa.as('PATCH', `teams/${id}`, { remove: [priya.id] })
    expect(await priya.sees()).toEqual([])
  })

  test('that is deleted says before who loses which clients, and takes no more than that', async () => {
    const { rosa, priya, sam, client } = await office()
    const teamOf = async (name: string, members: string[]) =>
      (await rosa.as('POST', 'teams', { name, members })).body.id as string
    const gone = await teamOf('Payroll', [rosa.id, priya.id, sam.id])
    const other = await teamOf('Month end', [sam.id])
    await client('Lost To Both Ltd', { teams: [gone] })
    await client('Kept By Sam Ltd', { teams: [gone, other] })
    await client('Kept By Priya Ltd', { teams: [gone], people: [priya.id] })
    await client('Kept By All Ltd', { teams: [gone], everyone: true })
    const managed = await client('Managed By Priya Ltd', { teams: [gone] })
    await rosa.as('PUT', `organisations/${managed}/manager`, { manager: priya.id })

    const said = {
      people: [
        { id: priya.id, name: 'Priya Shah', clients: 2 },
        { id: sam.id, name: 'Sam Lowe', clients: 3 },
      ],
      clients: 4,
      names: ['Kept By Priya Ltd', 'Kept By Sam Ltd', 'Lost To Both Ltd', 'Managed By Priya Ltd'],
    }
    expect((await rosa.as('GET', `teams/${gone}/removal`)).body).toEqual(said)
    expect(await priya.sees()).toHaveLength(5)
    expect((await rosa.as('DELETE', `teams/${gone}`)).body).toEqual(said)
    expect(await priya.sees()).toEqual(['Kept By All Ltd', 'Kept By Priya Ltd', 'Managed By Priya Ltd'])
    expect(await sam.sees()).toEqual(['Kept By All Ltd', 'Kept By Sam Ltd'])
    expect((await rosa.as('DELETE', `teams/${gone}`)).status).toBe(404)
    expect((await rosa.as('GET', `teams/${gone}/removal`)).status).toBe(404)
  })

  test('leaves in the audit log who made, changed and deleted it', async () => {
    const { rosa, priya } = await office()
    const { id } = (await rosa.as('POST', 'teams', { name: 'Payroll', members: [priya.id] })).body
    await rosa.as('PATCH', `teams/${id}`, { name: 'Payroll', add: [priya.id] })
    await rosa.as('PATCH', `teams/${id}`, { remove: [priya.id] })
    await rosa.as('DELETE', `teams/${id}`)
    const { body } = await rosa.as('GET', 'audit')
    const ofTeam = body.items.filter((one: { subject: Named }) => one.subject?.id === id)
    const actor = { id: rosa.id }
    expect(ofTeam).toMatchObject([
      { kind: 'team_deleted', actor, data: { name: 'Payroll', members: 0, clients: 0, lost: 0 } },
      { kind: 'team_changed', actor, data: { name: 'Payroll', added: [], removed: [priya.id] } },
      { kind: 'team_made', actor, data: { name: 'Payroll', added: [priya.id] } },
    ])
    expect(ofTeam).toHaveLength(3)
  })
})
