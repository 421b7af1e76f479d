import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

const SELF = {
  name: 'Sam Fell',
  kind: 'self_employed',
  contact: { name: 'Sam Fell', email: 'sam@windows.example' },
  incomeSources: [{ name: 'Cabs', type: 'self_employment' }],
}

const read = (id: string) => api.call(`organisations/${id}`)
const edit = (id: string, body: unknown, etag = '*') =>
  api.call(`organisations/${id}`, { method: 'PATCH', body, headers: { 'if-match': etag } })
const colleague = async (practice?: { id: string }) => (await api.createPerson('standard', practice)).id
const eventsOf = async (id: string) =>
  (await api.call(`onboardings/${id}/events`)).body.items as { kind: string; data: Record<string, unknown> }[]

const put = (path: string, body: unknown) => api.call(path, { method: 'PUT', body })

describe('editing details', () => {
  test('changes what is given, empties what is null, keeps the rest; the log keeps the fields only', async () => {
    const { id, organisation } = await api.create({
      organisation: { name: 'Harbour Bakery Ltd', industry: 'food_and_drink', practiceCode: 'HB1', solutions: ['vat'] },
    })
    const before = await read(organisation.id)
    expect(before.headers.get('etag')).toBe('"v1"')
    expect(before.body).toMatchObject({ version: 1, onboarding: id, name: 'Harbour Bakery Ltd' })
    const edited = await edit(
      organisation.id,
      { name: 'Harbour Bakehouse Ltd', industry: null, companiesHouseNumber: 'sc 123456', postcode: 'sw1a1aa' },
      '"v1"',
    )
    expect([edited.status, edited.headers.get('etag')]).toEqual([200, '"v2"'])
    expect(edited.body).toMatchObject({
      name: 'Harbour Bakehouse Ltd',
      industry: null,
      practiceCode: 'HB1',
      solutions: ['vat'],
      companiesHouseNumber: 'SC123456',
      postcode: 'SW1A 1AA',
    })
    const last = (await eventsOf(id)).at(-1)
    expect(last).toMatchObject({
      kind: 'edited',
      data: { fields: ['name', 'industry', 'companiesHouseNumber', 'postcode'] },
    })
    expect(JSON.stringify(last)).not.toContain('Bakehouse')
    const { body } = await api.call(`onboardings/${id}/timeline?limit=1`)
    expect(body.items[0].sentence).toBe('Details changed: name, industry, company number, postcode')
    expect((await api.call('onboardings?q=bakehouse')).body.items).toHaveLength(1)
  })

  test('the same again is no event and no new version', async () => {
    const { id, organisation } = await api.create()
    const { body } = await read(organisation.id)
    expect((await edit(organisation.id, { name: body.name, contact: null })).body.version).toBe(1)
    expect((await eventsOf(id)).map((one) => one.kind)).not.toContain('edited')
  })

  test('a colleague with an older version is told who changed it', async () => {
    const { organisation } = await api.create()
    await edit(organisation.id, { practiceCode: 'FIRST' }, '"v1"')
    const late = await edit(organisation.id, { practiceCode: 'SECOND' }, '"v1"')
    expect([late.status, late.body.code]).toEqual([412, 'changed_meanwhile'])
    expect(late.body.detail).toMatch(
      /^Test changed this at \d\d:\d\d on .+\. Look at the new version, then try again\.$/,
    )
    expect((await read(organisation.id)).body.practiceCode).toBe('FIRST')
    expect((await edit(organisation.id, { practiceCode: 'SECOND' }, '"nonsense"')).status).toBe(412)
    const without = await api.call(`organisations/${organisation.id}`, { method: 'PATCH', body: { name: 'X' } })
    expect([without.status, without.body.code]).toEqual([428, 'if_match_required'])
  })

  test('the colleague who changed it is named', async () => {
    const { organisation } = await api.create()
    const rosa = await api.createPerson('practice_admin', api.practice, { name: 'Rosa Marsh' })
    const cookie = await api.signIn(rosa)
    const headers = { 'if-match': '"v1"' }
    await api.callAs(cookie, `organisations/${organisation.id}`, {
      method: 'PATCH',
      body: { name: 'New Ltd' },
      headers,
    })
    const late = await edit(organisation.id, { name: 'Newer Ltd' }, '"v1"')
    expect([late.status, late.body.by]).toEqual([412, 'Rosa Marsh'])
  })

  test('of many at once from one version exactly one wins', async () => {
    const { id, organisation } = await api.create()
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_one, n) => edit(organisation.id, { name: `Name ${n} Ltd` }, '"v1"')),
    )
    expect(answers.map((one) => one.status).sort()).toEqual([200, 412, 412, 412, 412, 412])
    expect((await eventsOf(id)).filter((one) => one.kind === 'edited')).toHaveLength(1)
  })

  test('says which edits touch the running invitation, and leaves it where it is', async () => {
    const { id, organisation, invitation } = await api.create()
    const contact = { name: 'Jo Marsden', email: 'jo@elsewhere.example' }
    const edited = await edit(organisation.id, { contact, name: 'Elsewhere Ltd' })
    expect(edited.body.touches).toEqual([
      { field: 'name', effect: 'shown_from_now', invited: null },
      { field: 'contact.email', effect: 'invited_elsewhere', invited: invitation.email },
    ])
    expect((await api.call(`onboardings/${id}`)).body.invitation.email).toBe(invitation.email)
    await api.post(`onboardings/${id}/cancel`)
    expect((await edit(organisation.id, { name: 'Ended Ltd' })).body.touches).toEqual([])
  })

  test('a contact added to a client without one makes it one that can be invited', async () => {
    const { id, organisation } = await api.create({ invitation: null })
    await api.perform(id, { do: 'provision' })
    expect((await api.call(`onboardings/${id}`)).body.situation.blockedBy).toBe('no_contact')
    await edit(organisation.id, { contact: { name: 'Jo', email: 'jo@harbour.example' } })
    expect(
      (await api.call('onboardings?blockedBy=not_invited')).body.items.map((one: { id: string }) => one.id),
    ).toContain(id)
  })

  test('keeps the rules of creation', async () => {
    const { organisation } = await api.create({ organisation: SELF, invitation: null })
    await api.create({ organisation: { name: 'Holder Ltd', practiceCode: 'TAKEN' }, invitation: null })
    const { organisation: business } = await api.create({ invitation: null })
    const wrong = [
      [organisation.id, { contact: null }, 422, 'validation', 'contact.name', 'required'],
      [organisation.id, { contact: { name: 'Sam' } }, 422, 'validation', 'contact.email', 'required'],
      [organisation.id, { incomeSources: [] }, 422, 'validation', 'incomeSources', 'required'],
      [organisation.id, { country: 'FR' }, 422, 'self_employed_uk_only', 'country', 'self_employed_uk_only'],
      [organisation.id, { practiceCode: 'taken' }, 409, 'code_taken', 'practiceCode', 'code_taken'],
      [business.id, { niNumber: 'AB123456C' }, 422, 'validation', 'niNumber', 'self_employed_only'],
      [business.id, { incomeSources: SELF.incomeSources }, 422, 'validation', 'incomeSources', 'self_employed_only'],
      [business.id, { solutions: ['juggling'] }, 422, 'validation', 'solutions', 'unknown_solution'],
      [business.id, { solutions: [] }, 422, 'validation', 'solutions', 'too_few'],
      [business.id, { name: ' ' }, 422, 'validation', 'name', 'required'],
      [business.id, { name: null }, 422, 'validation', 'name', 'wrong_type'],
      [business.id, { country: null }, 422, 'validation', 'country', 'wrong_type'],
      [business.id, { kind: 'self_employed' }, 422, 'validation', 'kind', 'unknown_field'],
    ] as const
    for (const [id, body, status, code, field, fieldCode] of wrong) {
      const answer = await edit(id, body)
      expect([JSON.stringify(body), answer.status, answer.body.code]).toEqual([JSON.stringify(body), status, code])
      expect(answer.body.errors[0]).toMatchObject({ field, code: fieldCode })
    }
    expect((await read(organisation.id)).body.version).toBe(1)
    expect((await read(business.id)).body.version).toBe(1)
  })

  test('a National Insurance number is sealed, masked, replaced and removed', async () => {
    const { organisation } = await api.create({ organisation: SELF, invitation: null })
    const given = await edit(organisation.id, { niNumber: 'AB 12 34 56 C' })
    expect(given.body.niNumberMasked).toBe('•• •• •4 56 C')
    const [row] = await api.owner`SELECT ni_number_sealed AS sealed FROM organisation WHERE id = ${organisation.id}`
    expect(row?.sealed).not.toContain('123456')
    expect((await edit(organisation.id, { niNumber: null })).body.niNumberMasked).toBeNull()
    const two = [...SELF.incomeSources, { name: 'Flat 2 Mill Lane', type: 'uk_property' }]
    expect((await edit(organisation.id, { incomeSources: two })).body.incomeSources).toEqual(two)
  })

  test('two clients wanting one code at the same time: one gets it', async () => {
    const [one, other] = [await api.create({ invitation: null }), await api.create({ invitation: null })]
    const answers = await Promise.all([
      edit(one.organisation.id, { practiceCode: 'RACE' }),
      edit(other.organisation.id, { practiceCode: 'race' }),
    ])
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
  })
})

describe('account managers', () => {
  const assign = (id: string, manager: string | null) =>
    api.call(`organisations/${id}/manager`, { method: 'PUT', body: { manager } })

  test('are assigned, replaced and taken away, each once in the log', async () => {
    const { id, organisation } = await api.create()
    const [priya, sam] = [await colleague(), await colleague()]
    expect((await assign(organisation.id, priya)).body.accountManager).toEqual({ id: priya })
    await assign(organisation.id, priya)
    await assign(organisation.id, sam)
    expect((await api.call(`onboardings/${id}`)).body.accountManager).toEqual({ id: sam })
    expect((await assign(organisation.id, null)).body.accountManager).toBeNull()
    const assigned = (await eventsOf(id)).filter((one) => one.kind === 'assigned')
    expect(assigned.map((one) => one.data.manager)).toEqual([priya, sam, null])
  })

  test('are not taken away by whoever saw another: they are told who was first', async () => {
    const { organisation } = await api.create()
    const [priya, sam] = [await colleague(), await colleague()]
    const give = (manager: string | null, from: string | null) =>
      put(`organisations/${organisation.id}/manager`, { manager, from })
    expect((await give(priya, null)).status).toBe(200)
    const late = await give(sam, null)
    expect([late.status, late.body.code, late.body.by]).toEqual([412, 'changed_meanwhile', 'Test'])
    expect(late.body.detail).toMatch(/^Test changed this at \d\d:\d\d on /)
    expect((await read(organisation.id)).body.accountManager).toEqual({ id: priya })
    // The same change by another colleague is no conflict.
    expect((await give(priya, sam)).status).toBe(200)
    expect((await give(sam, priya)).body.accountManager).toEqual({ id: sam })
  })

  test('are possible for a client that is finished', async () => {
    const { id, organisation } = await api.create()
    await api.post(`onboardings/${id}/cancel`)
    const manager = await colleague()
    expect((await assign(organisation.id, manager)).status).toBe(200)
    expect((await api.call(`onboardings?manager=${manager}`)).body.items).toHaveLength(1)
  })
})

describe('access', () => {
  const path = (id: string) => `organisations/${id}/access`
  const give = (id: string, body: unknown) => put(path(id), body)
  const team = async (practice = api.practice.id) => {
    const [row] = await api.owner<{ id: string }[]>`
      INSERT INTO team (practice_id, name) VALUES (${practice}, ${`Team ${randomUUID()}`}) RETURNING id`
    return row!.id
  }

  test('is given, replaced and taken away, each once in the log', async () => {
    const { id, organisation } = await api.create()
    expect((await api.call(path(organisation.id))).body).toEqual({ everyone: false, people: [], teams: [] })
    const access = { everyone: false, people: [await colleague(), await colleague()], teams: [await team()] }
    expect((await give(organisation.id, access)).body).toEqual(access)
    await give(organisation.id, { ...access, people: [...access.people, ...access.people] })
    await give(organisation.id, { everyone: true })
    const changes = (await eventsOf(id)).filter((one) => one.kind === 'access_changed')
    expect(changes.map((one) => one.data)).toEqual([access, { everyone: true, people: [], teams: [] }])
    const { body } = await api.call(`onboardings/${id}/timeline?limit=2`)
    expect(body.items.map((one: { sentence: string }) => one.sentence)).toEqual([
      'Access changed: everyone',
      'Access changed: 2 colleagues and 1 team',
    ])
  })

  test('comes with a new client, as does its account manager', async () => {
    const [manager, access] = [
      await colleague(),
      { everyone: false, people: [await colleague()], teams: [await team()] },
    ]
    const created = await api.create({ accountManager: manager, access })
    expect(created.accountManager).toEqual({ id: manager })
    expect((await api.call(path(created.organisation.id))).body).toEqual(access)
    expect((await eventsOf(created.id))[0]).toMatchObject({
      kind: 'created',
      data: { skipsAccess: false, manager, teams: access.teams, country: 'GB' },
    })
    expect((await eventsOf((await api.create()).id))[0]).toMatchObject({
      data: { skipsAccess: true, manager: null, teams: [] },
    })
    // A practice without choices is recorded as such.
    const alone = await api.createPractice({ country: 'IE' })
    await api.createPerson('practice_admin', alone)
    const { id } = await api.create({}, alone.key)
    const [event] = await api.owner`SELECT data FROM event WHERE onboarding_id = ${id} AND kind = 'created'`
    expect(event?.data.nothingToDo).toEqual(expect.arrayContaining(['kind', 'access']))
    expect((await eventsOf(created.id))[0]?.data.nothingToDo).not.toContain('access')
  })

  test('carries how far it was known: whoever was overtaken is told by whom, and nothing is lost', async () => {
    const { organisation } = await api.create()
    const at = path(organisation.id)
    const etag = (await api.call(at)).headers.get('etag')!
    const mine = { everyone: false, people: [await colleague()], teams: [] }
    const send = (body: unknown, known: string) => api.call(at, { method: 'PUT', body, headers: { 'if-match': known } })
    expect((await send({ everyone: true }, etag)).status).toBe(200)
    const late = await send(mine, etag)
    expect([late.status, late.body.code, late.body.by]).toEqual([412, 'changed_meanwhile', 'Test'])
    expect((await api.call(at)).body).toEqual({ everyone: true, people: [], teams: [] })
    const again = await send(mine, (await api.call(at)).headers.get('etag')!)
    expect([again.status, again.body]).toEqual([200, mine])
  })

  test('takes no team of another practice', async () => {
    const { organisation } = await api.create()
    const theirs = await team((await api.createPractice()).id)
    const refused = await give(organisation.id, { teams: [theirs] })
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ field: 'teams', code: 'unknown_team' }]])
    const created = await api.post('onboardings', { organisation: { name: 'X' }, access: { teams: [theirs] } })
    expect(created.body.errors).toMatchObject([{ field: 'access.teams', code: 'unknown_team' }])
  })

  test.each([
    ['somebody of another practice', async () => colleague(await api.createPractice())],
    ['nobody', async () => randomUUID()],
    ['somebody of ours who helps across practices', async () => (await api.createPerson('support')).id],
  ])('and clients are given to colleagues only, not to %s', async (_whom, make) => {
    const { id, organisation } = await api.create()
    const stranger = await make()
    const rows = await api.countRows()
    const refusals: [string, Promise<{ status: number; body: { errors: unknown } }>][] = [
      ['people', give(organisation.id, { people: [await colleague(), stranger] })],
      ['manager', api.call(`organisations/${organisation.id}/manager`, { method: 'PUT', body: { manager: stranger } })],
      ['manager', api.post('onboardings/actions', { do: 'assign', ids: [id], manager: stranger })],
      ['access.people', api.post('onboardings', { organisation: { name: 'X' }, access: { people: [stranger] } })],
      ['accountManager', api.post('onboardings', { organisation: { name: 'X' }, accountManager: stranger })],
    ]
    for (const [field, refusal] of refusals) {
      const { status, body } = await refusal
      expect([status, body.errors]).toMatchObject([422, [{ field, code: 'unknown_person' }]])
    }
    expect(await api.countRows()).toEqual({ ...rows, membership: (rows.membership ?? 0) + 1 })
  })
})

describe('a client that a Standard person may not see', () => {
  test('is not named to them by its code or its name; one that they may see is', async () => {
    const person = await api.createPerson('standard', api.practice, { addClients: true })
    const cookie = await api.signIn(person)
    const organisation = { name: 'Hidden Holdings Ltd', practiceCode: 'HIDDEN' }
    const hidden = await api.create({ organisation, invitation: null })
    const add = (given: unknown) => api.callAs(cookie, 'onboardings', { method: 'POST', body: { organisation: given } })
    const own = await add({ name: 'hidden holdings ltd' })
    expect(own.body.notices).toMatchObject([
      {
        code: 'duplicate_name',
        message: 'Your practice has another client of this name. You can still add this one.',
        client: null,
      },
    ])
    const taken = await add({ name: 'Other Ltd', practiceCode: 'hidden' })
    expect([taken.status, taken.body.by]).toEqual([409, 'another client'])
    const edited = await api.callAs(cookie, `organisations/${own.body.organisation.id}`, {
      method: 'PATCH',
      body: { practiceCode: 'hidden' },
      headers: { 'if-match': '*' },
    })
    expect([edited.status, edited.body.by]).toEqual([409, 'another client'])
    for (const answer of [own, taken, edited]) expect(answer.text).not.toContain('Hidden Holdings')
    await put(`organisations/${hidden.organisation.id}/access`, { people: [person.id] })
    expect((await add({ name: 'Other Ltd', practiceCode: 'hidden' })).body.by).toBe('Hidden Holdings Ltd')
    expect((await add({ name: 'Hidden Holdings Ltd' })).body.notices).toMatchObject([
      { message: 'You already have a client called Hidden Holdings Ltd.', client: hidden.id },
    ])
  })
})

test('a National Insurance number is shown in full to whoever asks, and that they asked is recorded', async () => {
  const organisation = {
    kind: 'self_employed',
    name: 'Sam Reed',
    niNumber: 'ab123456c',
    contact: { name: 'Sam Reed', email: 'sam@reed.example' },
    incomeSources: [{ name: 'Window cleaning', type: 'self_employment' }],
  }
  const { id, organisation: made } = await api.create({ organisation, invitation: null })
  const shown = await api.post(`organisations/${made.id}/ni-number`)
  expect([shown.status, shown.body]).toEqual([200, { niNumber: 'AB 12 34 56 C' }])
  expect((await eventsOf(id)).at(-1)).toMatchObject({ kind: 'ni_number_shown', data: {} })
  const audited = await api.owner`
    SELECT FROM audit_event WHERE kind = 'ni_number_shown' AND subject_id = ${made.id}`
  expect(audited).toHaveLength(1)
  expect(api.logged.join()).not.toContain('AB123456C')

  const business = await api.create()
  const none = await api.post(`organisations/${business.organisation.id}/ni-number`)
  expect(none.body).toEqual({ niNumber: null })
  expect((await eventsOf(business.id)).map(({ kind }) => kind)).not.toContain('ni_number_shown')
})
