import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { loseConnection } from '../../commands/connections/connectionHealth.ts'
import { connectors } from '../../providers/connectors.ts'
import { forFile } from '../forFile.ts'
import { giveConsent } from '../giveConsent.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { atLedger } from './client/clientHarness.ts'
import { acceptedAt } from './onboardings/ledgerSignIn.ts'
import { startStaffApi } from './staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ ledgers: connectors(sandbox.xero()) }))

type Person = { id: string; cookie: string; user: string }

const person = async (name: string): Promise<Person> => {
  const made = await api.createPerson('client_admin', api.practice, { name })
  return { id: made.id, cookie: await api.signIn(made), user: `${randomUUID().slice(0, 8)}@ledger.example` }
}
const organisation = async (name: string): Promise<string> =>
  (await sandbox.control<{ tenantId: string }>('xero/organisations', { name })).tenantId

/** Opens an address as a colleague does; returns where it leads. */
async function visit(address: string, cookie: string, form?: Record<string, string>) {
  const response = await fetch(new URL(address, api.url), {
    redirect: 'manual',
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })
  const cookies = response.headers.getSetCookie().map((one) => one.split(';')[0])
  return { to: response.headers.get('location'), text: await response.text(), cookies, status: response.status }
}

/** Signs a colleague in at the ledger through one of our addresses. Returns where they end. */
async function signInThrough(url: string, { cookie, user }: Person, tenants: string[]): Promise<string | null> {
  const gone = await visit(url, cookie, {})
  const browser = [cookie, ...gone.cookies].join('; ')
  const returned = await visit(await atLedger(gone.to ?? '', { organisation: tenants, user }), browser)
  return (await visit(returned.to ?? '', browser)).to
}

/** Creates a client whose books a colleague connects with their own sign-in. */
async function connectedBy(who: Person, name: string) {
  const tenant = await organisation(name)
  const id = await acceptedAt(api, name)
  const request = { method: 'POST', body: { step: 'books', provider: 'xero' } }
  const { url } = (await api.callAs(who.cookie, `onboardings/${id}/connections`, request)).body
  await signInThrough(url, who, [tenant])
  return { id, tenant, name }
}

const listed = async ({ cookie }: Person) => (await api.callAs(cookie, 'sign-ins')).body
const signInOf = async (viewer: Person, holder: Person) =>
  (await listed(viewer)).items.find((one: { by: { id: string } }) => one.by.id === holder.id)
const clientsOf = (signIn: { clients: { name: string }[] } | undefined) => signIn?.clients.map(({ name }) => name)
const handOver = (by: Person, id: string, to: string) =>
  api.callAs(by.cookie, `sign-ins/${id}/hand-over`, { method: 'POST', body: { to } })

test('a leaver’s clients move to the colleague who signs in, each once it was read; the others stay', async () => {
  const [rosa, tom] = [await person('Rosa Marsh'), await person('Tom Lowe')]
  const [first, second, third, fourth] = [
    await connectedBy(rosa, 'Ashdown Ltd'),
    await connectedBy(rosa, 'Birch Ltd'),
    await connectedBy(rosa, 'Cedar Ltd'),
    await connectedBy(rosa, 'Dale Ltd'),
  ]
  const held = await signInOf(rosa, rosa)
  expect(held).toMatchObject({ software: 'Xero', by: { type: 'practice', name: 'Rosa Marsh' }, isUnanswered: false })
  expect(clientsOf(held)).toEqual(['Ashdown Ltd', 'Birch Ltd', 'Cedar Ltd', 'Dale Ltd'])
  expect(Math.round((Date.parse(held.endsIfUnusedAt) - Date.parse(held.usedAt)) / 86_400_000)).toBe(60)

  const asked = await handOver(rosa, held.id, tom.id)
  expect(asked.status).toBe(201)
  const { url } = asked.body
  expect((await listed(tom)).handOvers[0]).toMatchObject({ url, doneAt: null, to: { name: 'Tom Lowe' } })
  expect((await listed(rosa)).handOvers[0]).toMatchObject({ url: null })
  const told = async ({ cookie }: Person) => (await api.callAs(cookie, 'notices')).body.takeOvers
  const sentence = 'Rosa Marsh is handing over 4 Xero clients to you'
  expect(await told(tom)).toMatchObject([{ sentence, software: 'Xero', url }])
  expect(await told(rosa)).toEqual([])
  const mails = () => api.owner`SELECT FROM account_mail WHERE mail = 'take-over'`
  await expect.poll(async () => (await mails()).count).toBe(1)
  // Nothing is switched before, and nobody else can use the address.
  expect(clientsOf(await signInOf(rosa, rosa))).toHaveLength(4)
  expect((await visit(url, rosa.cookie)).status).toBe(404)
  expect((await visit(url, '')).status).toBe(404)

  // Cedar has another name by now, Tom cannot reach Birch, and Xero does not answer for Dale.
  await sandbox.fault({ provider: 'xero', operation: 'accounts', kind: 'server_error', match: fourth.tenant, times: 3 })
  await api.owner`UPDATE connection SET tenant_name = 'Somebody Else Ltd' WHERE onboarding_id = ${third.id} AND kind = 'books'`
  expect(await signInThrough(url, tom, [first.tenant, third.tenant, fourth.tenant])).toBe('/consents/sign-ins')
  const [done] = (await listed(rosa)).handOvers
  expect(done.results).toEqual([
    { onboardingId: second.id, name: 'Birch Ltd', outcome: 'unreached' },
    { onboardingId: third.id, name: 'Cedar Ltd', outcome: 'renamed' },
    { onboardingId: fourth.id, name: 'Dale Ltd', outcome: 'unanswered' },
    { onboardingId: first.id, name: 'Ashdown Ltd', outcome: 'moved' },
  ])
  expect(clientsOf(await signInOf(rosa, tom))).toEqual(['Ashdown Ltd'])
  expect(clientsOf(await signInOf(rosa, rosa))).toEqual(['Birch Ltd', 'Cedar Ltd', 'Dale Ltd'])
  const states = await api.owner`SELECT state FROM connection WHERE kind = 'books' AND state = 'connected'`
  expect(states).toHaveLength(4)
  expect(await told(tom)).toEqual([])
  // The address works once.
  expect((await visit(url, tom.cookie, {})).to).toContain('/connect/')
  expect(clientsOf(await signInOf(rosa, tom))).toEqual(['Ashdown Ltd'])
})

test('a hand-over that reaches no organisation changes nothing, and its sign-in is not kept', async () => {
  const [ann, ben] = [await person('Ann Gray'), await person('Ben Hill')]
  await connectedBy(ann, 'Dogwood Ltd')
  const held = await signInOf(ann, ann)
  const { body } = await handOver(ann, held.id, ben.id)
  const end = await signInThrough(body.url, ben, [await organisation('Elsewhere Ltd')])
  expect(end).toBe('/consents/sign-ins')
  expect(clientsOf(await signInOf(ann, ann))).toEqual(['Dogwood Ltd'])
  expect(await signInOf(ann, ben)).toBeUndefined()
  const kept = await api.owner`SELECT FROM sign_in WHERE opened_by_person = ${ben.id}`
  expect(kept).toHaveLength(0)
})

test('a sign-in is used when it is checked; one that the ledger does not let in says so', async () => {
  const kim = await person('Kim Frost')
  await connectedBy(kim, 'Elder Ltd')
  const { id } = await signInOf(kim, kim)
  await api.owner`UPDATE sign_in SET used_at = used_at - interval '50 days' WHERE id = ${id}`
  const checked = await api.callAs(kim.cookie, `sign-ins/${id}/check`, { method: 'POST' })
  expect(checked.status).toBe(200)
  expect(Date.now() - Date.parse(checked.body.usedAt)).toBeLessThan(60_000)
  expect(checked.body).toMatchObject({ isUnanswered: false, endedAt: null })
  const [row] = await api.owner`SELECT look_at <= clock_timestamp() AS due FROM connection WHERE sign_in_id = ${id}`
  expect(row?.due).toBe(true)
})

test('a Standard person sees sign-ins by the clients he may see, and hands nothing over', async () => {
  const lee = await person('Lee Stone')
  const seen = await connectedBy(lee, 'Fir Ltd')
  await connectedBy(lee, 'Gorse Ltd')
  const made = await api.createPerson('standard', api.practice, { name: 'Sam Standard' })
  const sam = { id: made.id, cookie: await api.signIn(made), user: '' }
  expect((await listed(sam)).items).toEqual([])
  const { organisation: client } = (await api.call(`onboardings/${seen.id}`)).body
  await api.call(`organisations/${client.id}/access`, { method: 'PUT', body: { people: [sam.id] } })
  const held = await signInOf(sam, lee)
  expect(clientsOf(held)).toEqual(['Fir Ltd'])
  expect((await listed(sam)).handOvers).toEqual([])
  expect((await handOver(sam, held.id, sam.id)).status).toBe(403)
  const hidden = (await signInOf(lee, await person('Nobody'))) ?? null
  expect(hidden).toBeNull()
})

describe('reconnecting the books of one client', () => {
  const booksOf = async (id: string) =>
    (await api.call(`onboardings/${id}`)).body.connections.find((one: { kind: string }) => one.kind === 'books')
  const reconnect = async ({ cookie }: Person, id: string) =>
    api.callAs(cookie, `connections/${id}/reconnect`, { method: 'POST' })
  const came = async ({ cookie }: Person, id: string) =>
    (await api.callAs(cookie, `connections/${id}/reconnected`)).body.result

  test('keeps the connection, its accounts and matches; until the new sign-in has read it nothing changes', async () => {
    const [rosa, tom] = [await person('Rosa Reed'), await person('Tom Reed')]
    const client = await connectedBy(rosa, 'Hazel Ltd')
    const other = await connectedBy(rosa, 'Ivy Ltd')
    const before = await booksOf(client.id)
    expect(before.signIn).toMatchObject({ by: 'Rosa Reed', clients: 2 })
    const bank = await giveConsent(api.owner, client.id, { accounts: 1 })
    await api.owner`
      INSERT INTO account_mapping (practice_id, onboarding_id, bank_account_id, ledger_account_id)
      SELECT practice_id, ${client.id}, id, ${before.accounts[0].id} FROM connection_account WHERE connection_id = ${bank}`
    await api.owner`DELETE FROM connection_account WHERE id = ${before.accounts[1].id}`
    await loseConnection(api.deps.commands, api.practice.id, before.id, 'sign_in_ended', 'Signed out.')

    const { status, body } = await reconnect(tom, before.id)
    expect(status).toBe(201)
    expect((await booksOf(client.id)).state).toBe('lost')
    expect((await visit(body.url, rosa.cookie)).status).toBe(404)
    expect((await visit(body.url, tom.cookie)).text).toContain('Hazel Ltd')
    const end = await signInThrough(body.url, tom, [client.tenant])
    expect(end).toBe(`/clients/${client.id}?reconnected=${before.id}`)
    const after = await booksOf(client.id)
    expect(after).toMatchObject({ id: before.id, state: 'connected', health: 'working', signIn: { by: 'Tom Reed' } })
    expect(after.accounts).toHaveLength(before.accounts.length)
    expect(after.accounts.map(({ id }: { id: string }) => id)).toContain(before.accounts[0].id)
    expect(await came(tom, before.id)).toMatchObject({ outcome: 'moved', kept: 1, matched: 1, added: 1 })
    expect((await booksOf(other.id)).signIn.by).toBe('Rosa Reed')
    const kinds = (await api.owner`SELECT kind FROM event WHERE onboarding_id = ${client.id}`).map(({ kind }) => kind)
    expect(kinds).toContain('connection_recovered')
    // It is no hand-over of the whole sign-in.
    expect((await listed(rosa)).handOvers.filter(({ to }: { to: { id: string } }) => to.id === tom.id)).toEqual([])
  })

  test('with a sign-in that reaches another organisation changes nothing, and says which was chosen', async () => {
    const [rosa, tom] = [await person('Rosa Wood'), await person('Tom Wood')]
    const client = await connectedBy(rosa, 'Juniper Ltd')
    const before = await booksOf(client.id)
    const { body } = await reconnect(tom, before.id)
    await signInThrough(body.url, tom, [await organisation('Quite Different Ltd')])
    expect(await came(tom, before.id)).toMatchObject({ outcome: 'unreached', found: ['Quite Different Ltd'] })
    expect(await booksOf(client.id)).toEqual(before)
  })

  test('is a colleague’s own act, at a ledger that is connected', async () => {
    const rosa = await person('Rosa Hill')
    const client = await connectedBy(rosa, 'Kelp Ltd')
    const { id } = await booksOf(client.id)
    const byKey = await api.post(`connections/${id}/reconnect`)
    expect([byKey.status, byKey.body.code]).toEqual([409, 'not_a_colleague'])
    const bank = await reconnect(rosa, await giveConsent(api.owner, client.id))
    expect([bank.status, bank.body.code]).toEqual([409, 'not_allowed'])
    expect(await came(rosa, id)).toBeNull()
    await api.post(`connections/${id}/disconnect`)
    const ended = await reconnect(rosa, id)
    expect([ended.status, ended.body.code]).toEqual([409, 'not_connected'])
  })
})
