import { expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { forgeTokens } from '../../signIns.ts'
import { startStaffApi } from '../staffHarness.ts'
import { acceptedAt, signInToLedger } from './ledgerSignIn.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ ledgers: connectors(sandbox.xero()) }))

const organisation = async (name: string): Promise<string> =>
  (await sandbox.control<{ tenantId: string }>('xero/organisations', { name })).tenantId

const accepted = (name: string, more?: Record<string, unknown>) => acceptedAt(api, name, more)
const signIn = (id: string, tenants: string[], cookie?: string) => signInToLedger(api, id, tenants, cookie)
const choice = async (id: string) => (await api.call(`onboardings/${id}/ledger-choice`)).body
const choose = (id: string, tenant: string, sameBusiness = false) =>
  api.post(`onboardings/${id}/ledger-choice`, { organisation: tenant, sameBusiness })
const situation = async (id: string) => {
  const { situation, action } = (await api.call(`onboardings/${id}`)).body
  return [situation.move, situation.sentence, action?.label ?? null]
}
const events = async (id: string) => (await api.call(`onboardings/${id}/events`)).body.items
const grants = (id: string) =>
  api.owner`SELECT FROM auth_session WHERE onboarding_id = ${id} AND grant_sealed IS NOT NULL`

test('of several organisations one is chosen without signing in anew, and none that is another client’s', async () => {
  const [mine, others] = [await organisation('Chosen Bakery Ltd'), await organisation('Other Bakery Ltd')]
  const holder = await accepted('Other Bakery Ltd')
  await signIn(holder, [others])
  const id = await accepted('Chosen Bakery Ltd')
  await signIn(id, [mine, others])
  expect(await situation(id)).toEqual(['practice', 'Choose the organisation in Xero', 'Choose'])
  const asked = await choice(id)
  expect(asked).toMatchObject({ asks: 'choose', ledger: 'Xero', chosen: null })
  expect(asked.organisations).toEqual(
    expect.arrayContaining([
      { id: mine, name: 'Chosen Bakery Ltd', linkedTo: null },
      { id: others, name: 'Other Bakery Ltd', linkedTo: { name: 'Other Bakery Ltd', client: holder } },
    ]),
  )
  const unknown = await choose(id, await organisation('Not Reached Ltd'))
  expect([unknown.status, unknown.body.code]).toEqual([409, 'sign_in_over'])

  // Two simultaneous requests connect once.
  const pressed = await Promise.all([choose(id, mine), choose(id, mine)])
  expect(pressed.map(({ status }) => status)).toEqual([200, 200])
  expect((await choose(id, mine)).status).toBe(200)
  expect((await choose(id, others)).body.code).toBe('sign_in_over')
  const kinds = (await events(id)).map((one: { kind: string }) => one.kind)
  expect(kinds.filter((kind: string) => kind === 'books_connected')).toHaveLength(1)
  expect(pressed[0]?.body.connections).toMatchObject([{ kind: 'books', institution: 'Chosen Bakery Ltd' }])
  const last = (await events(id)).at(-1)
  expect([last.kind, last.data.confirmed]).toEqual(['books_connected', undefined])
  expect(last.actor.type).toBe('api_key')
  expect(await choice(id)).toMatchObject({ asks: 'nothing', organisations: [] })
  expect(await grants(id)).toHaveLength(0)
})

test('one under another name is connected once somebody has said that it is the same business, and warned of no more', async () => {
  const [own, other] = [await organisation('Quay Ventures Ltd'), await organisation('Third Bakery Ltd')]
  const id = await accepted('Namesake Bakery Ltd')
  await signIn(id, [own, other])
  await choose(id, own)
  expect(await situation(id)).toEqual(['practice', 'Xero has another name: check it', 'Check'])
  expect(await choice(id)).toMatchObject({ asks: 'check', chosen: { id: own, name: 'Quay Ventures Ltd' } })
  const same = await choose(id, own, true)
  expect(same.body).toMatchObject({ organisation: { ledgerName: 'Quay Ventures Ltd', isNamedDifferently: false } })
  expect((await events(id)).at(-1)).toMatchObject({ kind: 'books_connected', data: { confirmed: true } })
  const { body } = await api.call(`onboardings/${id}/timeline?only=connections&limit=1`)
  expect(body.items[0].sentence).toBe('Xero connected, 3 accounts, under another name')
})

test('one that is linked elsewhere names the other client, and another of the same sign-in is chosen', async () => {
  const [taken, free] = [await organisation('Taken Bakery Ltd'), await organisation('Free Bakery Ltd')]
  const holder = await accepted('Taken Bakery Ltd')
  await signIn(holder, [taken])
  const id = await accepted('Free Bakery Ltd')
  const { browser, page } = await signIn(id, [taken, free])
  // The page does not say which client has an organisation; the taken one was chosen there, as the same business.
  await browser.submit(`${page}/organisation`, { organisation: taken })
  await browser.submit(`${page}/same-business`)
  expect(await situation(id)).toEqual(['practice', 'Xero is linked to another client', 'Check'])
  expect(await choice(id)).toMatchObject({
    asks: 'linked',
    chosen: { id: taken, linkedTo: { name: 'Taken Bakery Ltd', client: holder } },
  })
  const again = await choose(id, taken, true)
  expect([again.status, again.body.code, again.body.by]).toEqual([409, 'already_linked', 'Taken Bakery Ltd'])
  expect((await choose(id, free)).body.connections).toMatchObject([{ institution: 'Free Bakery Ltd' }])
  const kinds = (await events(id)).map((one: { kind: string }) => one.kind)
  expect(kinds.filter((kind: string) => kind === 'books_connected')).toHaveLength(1)
  expect(
    (await api.owner`SELECT last_error FROM onboarding_step WHERE onboarding_id = ${id} AND kind = 'books'`)[0],
  ).toEqual({
    last_error: null,
  })
})

test('a sign-in of yesterday is renewed; one that was ended at the ledger is said to be over', async () => {
  const [first, second] = [await organisation('Patient Bakery Ltd'), await organisation('Impatient Bakery Ltd')]
  /** Replaces the sign-in's access token by one of a day ago; `forged` replaces more, as if all of it were invalid. */
  const age = (id: string, forged: object = {}) =>
    forgeTokens(api.owner, api.deps.sealer, id, { accessToken: 'over', expiresAt: new Date(0), ...forged })
  const id = await accepted('Patient Bakery Ltd')
  await signIn(id, [first, second])
  await age(id)
  expect((await choose(id, first)).body.connections).toMatchObject([{ institution: 'Patient Bakery Ltd' }])

  const late = await accepted('Impatient Bakery Ltd')
  await signIn(late, [first, second])
  await age(late, { refreshToken: 'gone' })
  const over = await choose(late, second)
  expect([over.status, over.body.detail]).toEqual([409, 'That sign-in to Xero is over. Sign in again.'])
  expect(await situation(late)).toEqual(['practice', 'Connect Xero', 'Connect'])
})

test('an access token that the ledger refuses is renewed once; refused again, the sign-in is over', async () => {
  const refused = (tenant: string, times: number) =>
    sandbox.fault({ provider: 'xero', kind: 'token_expired', operation: 'organisation', match: tenant, times })
  const [renewed, over] = [await organisation('Renewed Bakery Ltd'), await organisation('Over Bakery Ltd')]
  await refused(renewed, 1)
  const id = await accepted('Renewed Bakery Ltd')
  await signIn(id, [renewed])
  expect((await api.call(`onboardings/${id}`)).body.connections).toMatchObject([{ institution: 'Renewed Bakery Ltd' }])

  await refused(over, 2)
  const late = await accepted('Over Bakery Ltd')
  await signIn(late, [over])
  const { steps, connections } = (await api.call(`onboardings/${late}`)).body
  expect(connections).toEqual([])
  expect(steps.find((step: { kind: string }) => step.kind === 'books')).toMatchObject({
    lastError: 'Xero no longer accepts this sign-in; connect again.',
  })
})

test('a sign-in that is over is named after its own ledger, whichever is offered first', async () => {
  const { ledgers } = api.deps
  const { first: xero } = ledgers
  const id = await accepted('Second Ledger Ltd')
  await signIn(id, [await organisation('Second Ledger Ltd'), await organisation('Third Ledger Ltd')])
  await api.owner`UPDATE auth_session SET grant_sealed = NULL WHERE onboarding_id = ${id}`
  api.deps.ledgers = connectors({ ...xero, name: 'sage', label: 'Sage' }, xero)
  expect(await choice(id)).toMatchObject({ asks: 'sign_in', ledger: 'Xero' })
  api.deps.ledgers = ledgers
})

test('the organisations of a sign-in are shown to the person who signed in, and to those who see every client', async () => {
  const [mine, others] = [await organisation('Shared Bakery Ltd'), await organisation('Secret Bakery Ltd')]
  await signIn(await accepted('Secret Bakery Ltd'), [others])
  const [opener, colleague, admin] = await Promise.all(
    (['standard', 'standard', 'client_admin'] as const).map(async (role) => api.signIn(await api.createPerson(role))),
  )
  const id = await accepted('Shared Bakery Ltd', { access: { everyone: true } })
  await signIn(id, [mine, others], opener)
  const seenBy = async (cookie = '') => (await api.callAs(cookie, `onboardings/${id}/ledger-choice`)).body
  const hidden = await seenBy(colleague)
  expect(hidden).toMatchObject({ asks: 'sign_in', organisations: [] })
  const refused = await api.callAs(colleague!, `onboardings/${id}/ledger-choice`, {
    method: 'POST',
    body: { organisation: mine },
  })
  expect([refused.status, refused.body.code]).toEqual([409, 'sign_in_over'])
  const linkedTo = (choice: { organisations: { id: string; linkedTo: unknown }[] }) =>
    choice.organisations.find((one) => one.id === others)?.linkedTo
  expect(linkedTo(await seenBy(opener))).toEqual({ name: 'another client', client: null })
  expect(linkedTo(await seenBy(admin))).toMatchObject({ name: 'Secret Bakery Ltd' })
})

test('a connection through a colleague’s address stands in their name, in the timeline and beside it', async () => {
  const cookie = await api.signIn(await api.createPerson('standard', api.practice, { name: 'Priya Anand' }))
  const id = await accepted('Signed Bakery Ltd', { access: { everyone: true } })
  await signIn(id, [await organisation('Signed Bakery Ltd')], cookie)
  const { body } = await api.callAs(cookie, `onboardings/${id}`)
  expect(body.connections).toMatchObject([{ kind: 'books', connectedBy: 'Priya Anand' }])
  const timeline = await api.call(`onboardings/${id}/timeline?only=us`)
  const said = timeline.body.items.map((one: { sentence: string; actor: { name: string } }) => [
    one.sentence,
    one.actor.name,
  ])
  expect(said).toEqual(
    expect.arrayContaining([
      ['Xero connected, 3 accounts', 'Priya Anand'],
      ['Went to Xero', 'Priya Anand'],
    ]),
  )
})
