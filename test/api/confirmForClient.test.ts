import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FOR_CLIENT_WORDING } from '../../domain/events.ts'
import { zonedDate } from '../../domain/fields/days.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { connectors } from '../../providers/connectors.ts'
import { type GivenConsent, giveConsent, holdBooks } from '../giveConsent.ts'
import { awayPlaid, awayProviders } from './awayProviders.ts'
import { type StaffApi, startStaffApi } from './staffHarness.ts'

// A colleague confirms what a bank shares, for a client who told them that they agree.

let api: StaffApi
/** A colleague with the right, and one without. */
let rosa: { id: string; cookie: string }
let standard: string
beforeAll(async () => {
  // The first can confirm without the client; the other one makes only new connections.
  api = await startStaffApi({ banks: connectors(awayPlaid(), awayProviders().banks.first) })
  const person = await api.createPerson('client_admin', api.practice, { name: 'Rosa Marsh' })
  rosa = { id: person.id, cookie: await api.signIn(person) }
  standard = await api.signIn(await api.createPerson('standard'))
  await allow(true)
})
afterAll(() => api?.stop())

const allow = (isOn: boolean) =>
  api.owner`UPDATE practice SET confirm_for_clients = ${isOn} WHERE id = ${api.practice.id}`

/** An accepted client with a bank whose access ends. */
async function ending(given: GivenConsent = {}) {
  const { id } = await api.create({ access: { everyone: true } })
  await api.accept(id)
  const connection = await giveConsent(api.owner, id, { provider: 'plaid', ends: 9, accounts: 2, ...given })
  return { id, connection }
}

const today = zonedDate(Date.now(), 'Europe/London').date
const said = { how: 'phone', agreedOn: today, note: null, agreed: true }
const confirm = (connection: string, body: object = said, cookie = rosa.cookie) =>
  api.callAs(cookie, `connections/${connection}/confirm-for-client`, { method: 'POST', body })
const confirmations = (id: string) => api.owner<{ actor_type: string; actor_id: string; data: object }[]>`
  SELECT actor_type, actor_id, data FROM event WHERE onboarding_id = ${id} AND kind = 'renewal_confirmed'`
const endOf = async (connection: string) => {
  const [row] = await api.owner<
    { until: Date }[]
  >`SELECT access_until AS until FROM connection WHERE id = ${connection}`
  return Math.round(((row?.until.getTime() ?? 0) - Date.now()) / DAY_MS)
}

test('the access goes on, and who, when, how, wording, accounts and until are recorded, with the note beside', async () => {
  const { id, connection } = await ending()
  const { status } = await confirm(connection, { ...said, note: 'Rang Jo at noon.' })
  expect(status).toBe(200)
  expect(await endOf(connection)).toBe(90)
  const accounts = await api.owner`SELECT id FROM connection_account WHERE connection_id = ${connection} ORDER BY id`
  const [row] = await api.owner`SELECT asked_at, access_until FROM connection WHERE id = ${connection}`
  expect(row?.asked_at).toBeNull()
  const [event] = await confirmations(id)
  expect(event).toEqual({
    actor_type: 'staff',
    actor_id: rosa.id,
    data: {
      connectionId: connection,
      wording: FOR_CLIENT_WORDING,
      accounts: accounts.map((one) => one.id),
      until: row?.access_until.toISOString(),
      how: 'phone',
      agreedOn: today,
    },
  })
  const { history } = (await api.callAs(rosa.cookie, `consents/${connection}`)).body
  expect(history[0]).toMatchObject({
    kind: 'renewal_confirmed',
    note: 'Rang Jo at noon.',
    actor: { name: 'Rosa Marsh' },
  })
  expect(history[0].sentence).toMatch(/^Confirmed sharing .* for the client, who agreed by phone on /)
  const messages =
    await api.owner`SELECT channel FROM message WHERE onboarding_id = ${id} AND purpose = 'confirmed_for_client'`
  expect(messages.map(({ channel }) => channel)).toEqual(['email'])
  // The same again finds nothing to confirm.
  const again = await confirm(connection)
  expect([again.status, again.body.code]).toEqual([409, 'nothing_to_confirm'])
  expect(await confirmations(id)).toHaveLength(1)
})

test('access that ended by time is confirmed, and works again', async () => {
  const { connection } = await ending({ ends: -2, ended: -2, state: 'lost', health: 'expired' })
  expect((await confirm(connection)).status).toBe(200)
  const [row] = await api.owner`SELECT state, health FROM connection WHERE id = ${connection}`
  expect(row).toEqual({ state: 'connected', health: 'working' })
})

describe('is refused', () => {
  test.each([
    ['at a bank that needs the client', { provider: 'truelayer' }, 'bank_needs_client'],
    ['where the bank ended the access', { state: 'lost', health: 'ended', ended: -1 }, 'bank_needs_client'],
    ['while there is nothing to confirm', { ends: 60 }, 'nothing_to_confirm'],
  ] as const)('%s', async (_, given, code) => {
    const { id, connection } = await ending(given)
    const refused = await confirm(connection)
    expect([refused.status, refused.body.code]).toEqual([409, code])
    expect(await confirmations(id)).toEqual([])
  })

  test('while the practice has not switched it on, as at first', async () => {
    const fresh = await api.createPractice()
    const [practice] = await api.owner`SELECT confirm_for_clients AS is FROM practice WHERE id = ${fresh.id}`
    expect(practice?.is).toBe(false)
    const { connection } = await ending()
    await allow(false)
    const refused = await confirm(connection)
    expect([refused.status, refused.body.code]).toEqual([409, 'confirming_off'])
    expect((await api.callAs(rosa.cookie, `consents/${connection}`)).body.forClient).toBeNull()
    await allow(true)
  })

  test('without the right: a Standard colleague, support and a key', async () => {
    const { connection } = await ending()
    const refused = await confirm(connection, said, standard)
    expect([refused.status, refused.body.code, refused.body.right]).toEqual([403, 'no_right', 'confirm_for_clients'])
    await api.owner`UPDATE practice SET support_access = 'always' WHERE id = ${api.practice.id}`
    const support = await api.signIn(await api.createPerson('support'))
    const call = { method: 'POST', body: said }
    const path = `connections/${connection}/confirm-for-client`
    expect((await api.callAs(support, path, { ...call, practice: api.practice.id })).status).toBe(403)
    expect((await api.call(path, call)).status).toBe(403)
    expect(await endOf(connection)).toBe(9)
  })

  test('for a client who cannot be told of it, and for one who has gone', async () => {
    const silent = await ending()
    await api.owner`UPDATE message SET state = 'bounced' WHERE onboarding_id = ${silent.id}`
    const unreached = await confirm(silent.connection)
    expect([unreached.status, unreached.body.code]).toEqual([409, 'no_contact'])
    const gone = await ending()
    await api.post(`onboardings/${gone.id}/cancel`, { reason: 'Left.' })
    const refused = await confirm(gone.connection)
    expect([refused.status, refused.body.code]).toEqual([409, 'not_allowed'])
  })

  test.each([
    ['how', { ...said, how: undefined }, 'Say how the client agreed.'],
    ['how', { ...said, how: 'telepathy' }, 'Say how the client agreed.'],
    ['agreedOn', { ...said, agreedOn: '2099-01-01' }, 'The date can’t be in the future.'],
    ['agreedOn', { ...said, agreedOn: 'yesterday' }, 'Give the day on which the client agreed.'],
    ['agreedOn', { ...said, agreedOn: '' }, 'Give the day on which the client agreed.'],
    ['note', { ...said, note: 'x'.repeat(501) }, 'Remove 1 character.'],
    ['agreed', { ...said, agreed: false }, 'Tick that the client agreed.'],
    ['agreed', { ...said, agreed: undefined }, 'Tick that the client agreed.'],
  ])('with a bad %s, which is named: %o', async (field, body, message) => {
    const { id, connection } = await ending()
    const refused = await confirm(connection, body)
    expect([refused.status, refused.body.code]).toEqual([422, 'validation'])
    expect(refused.body.errors).toMatchObject([{ field, message }])
    expect(await confirmations(id)).toEqual([])
  })

  test('for another practice’s client, for books, and for what nobody has', async () => {
    const foreign = await api.createPractice()
    await api.owner`UPDATE practice SET confirm_for_clients = true WHERE id = ${foreign.id}`
    const { id } = await api.create({}, foreign.key)
    const theirs = await giveConsent(api.owner, id, { provider: 'plaid', ends: 9 })
    expect((await confirm(theirs)).status).toBe(404)
    expect(await endOf(theirs)).toBe(9)
    expect((await confirm(randomUUID())).status).toBe(404)
    const books = await holdBooks(api.owner, (await ending()).id, rosa.id)
    expect((await confirm(books)).status).toBe(404)
  })
})

test('a consent says whether it can be confirmed for the client, until when, or that the bank needs them', async () => {
  const forClient = async (given: GivenConsent) => {
    const { connection } = await ending(given)
    return (await api.callAs(rosa.cookie, `consents/${connection}`)).body.forClient
  }
  const { until } = await forClient({})
  expect(Math.round((Date.parse(until) - Date.now()) / DAY_MS)).toBe(90)
  expect(await forClient({ provider: 'truelayer' })).toEqual({ until: null })
  expect(await forClient({ ends: 60 })).toBeNull()
})
