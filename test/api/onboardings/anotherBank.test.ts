import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { age } from '../../age.ts'
import { giveConsent } from '../../giveConsent.ts'
import { writeConnection } from '../../writtenConnection.ts'
import { awayProviders } from '../awayProviders.ts'
import { type StaffApi, startStaffApi } from '../staffHarness.ts'

// A practice asks a client for another bank, by mail or with a link that leads to the banks.

const JUNIPER = { id: 'ob-juniper', name: 'Juniper' }
let api: StaffApi
beforeAll(async () => {
  const banks = async () => [{ id: 'ob-northgate', name: 'Northgate Bank' }, JUNIPER]
  api = await startStaffApi({ banks: connectors({ ...awayProviders().banks.first, banks }) })
})
afterAll(() => api?.stop())

const ask = (id: string, send: 'email' | null, more: Record<string, unknown> = {}) =>
  api.post(`onboardings/${id}/links`, { send, for: 'another_bank', ...more })
const connectBank = (id: string, institution: string | null = null) =>
  api.perform(id, {
    do: 'connect',
    sessionId: randomUUID(),
    step: 'bank',
    connectionId: randomUUID(),
    provider: 'a-bank',
    accounts: 2,
    bank: { institution, institutionName: null },
  })
const read = async (id: string) => (await api.call(`onboardings/${id}`)).body
/** A client who completed with one bank, a minute after the last message. */
const completed = async () => {
  const { id } = await api.create({ steps: { books: 'skip' } })
  await api.accept(id)
  await connectBank(id)
  await api.perform(id, { do: 'complete' })
  await age(api.owner, id, 61_000)
  return id
}
const statesOf = ({ awaitedBanks }: { awaitedBanks: { bank: string | null; state: string }[] }) =>
  awaitedBanks.map((one) => [one.bank, one.state])

test('another bank is asked for once the first is connected, and the link leads to the banks', async () => {
  const { id } = await api.create()
  await api.accept(id)
  const early = await ask(id, null)
  expect([early.status, early.body.code]).toEqual([409, 'bank_first'])
  await connectBank(id)
  const copied = await ask(id, null)
  expect([copied.status, copied.body.url]).toEqual([200, expect.stringMatching(/\/j\/[\w-]{22}\/another$/)])
  await age(api.owner, id, 61_000)
  expect((await ask(id, 'email')).status).toBe(200)
  const [message] = await api.owner<{ purpose: string }[]>`
    SELECT purpose FROM message WHERE onboarding_id = ${id} ORDER BY id DESC LIMIT 1`
  expect(message?.purpose).toBe('another_bank')
  const timeline = await api.call(`onboardings/${id}/timeline`)
  const said = JSON.stringify(timeline.body)
  expect(said).toContain('Asked for another bank by email')
  expect(said).toContain('Link to add a bank copied')
})

test('the reminder of an awaited bank that is down waits until the bank is tried again, and no longer than the outage', async () => {
  const id = await completed()
  expect((await ask(id, 'email', { bank: JUNIPER.id, waits: true })).status).toBe(200)
  await age(api.owner, id, 3 * 86_400_000)
  const reminderAt = async (): Promise<number> => {
    const { next } = (await read(id)).situation
    return Date.parse(next.find(({ what }: { what: string }) => what === 'reminder').at)
  }
  const due = await reminderAt()
  expect(due).toBeLessThan(Date.now())
  const retryAt = Date.now() + 2 * 3_600_000
  await api.owner`INSERT INTO bank_outage (institution, since, retry_at) VALUES ('ob-juniper', now(), ${new Date(retryAt)})`
  expect(await reminderAt()).toBe(retryAt)
  await api.owner`UPDATE bank_outage SET ended_at = now()`
  expect(await reminderAt()).toBe(due)
})

test('an awaited bank that is down says so, and that nobody is asked, until it works again', async () => {
  const id = await completed()
  await ask(id, 'email', { bank: JUNIPER.id, waits: true })
  const said = async () => {
    const { situation, action, awaitedBanks } = await read(id)
    return [situation.blockedBy, situation.move, situation.sentence, action?.label ?? null, awaitedBanks[0].downSince]
  }
  const asked = ['another_bank', 'client', 'Jo to connect Juniper', 'Copy link', null]
  expect(await said()).toEqual(asked)
  await api.owner`INSERT INTO bank_outage (institution, since, retry_at) VALUES ('ob-juniper', now(), now() + interval '6 hours')`
  const since = expect.stringMatching(/^\d{4}-/)
  expect(await said()).toEqual(['bank_down', 'bank', 'Juniper is down, reminders paused', null, since])
  await api.owner`UPDATE bank_outage SET ended_at = now()`
  expect(await said()).toEqual(asked)
})

test('a client who shares ten banks is not asked for one more', async () => {
  const { id } = await api.create()
  await api.accept(id)
  await connectBank(id)
  for (let n = 0; n < 10; n += 1) await writeConnection(api.owner, id, 'bank', { institution: `bank ${n}` })
  const refused = await ask(id, null)
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    409,
    'too_many_banks',
    '10 banks at most. Disconnect one first.',
  ])
})

test('a link to reconnect leads to that bank of this client, and to no other', async () => {
  const [{ id }, stranger] = [await api.create(), await api.create()]
  await api.accept(id)
  const bank = await giveConsent(api.owner, id, { ends: 60 })
  const link = (reconnects: string) => api.post(`onboardings/${id}/links`, { reconnects })
  expect((await link(bank)).body.url).toMatch(new RegExp(`/j/[\\w-]{22}/keep/${bank}$`))
  for (const other of [await giveConsent(api.owner, stranger.id), randomUUID()]) {
    const refused = await link(other)
    expect([refused.status, refused.body.errors?.[0]]).toEqual([
      422,
      expect.objectContaining({ field: 'reconnects', code: 'not_an_option' }),
    ])
  }
})

test('the banks to ask for are searched by name', async () => {
  const found = async (query: string) => (await api.call(`bank-choices${query}`)).body.items
  expect(await found('')).toEqual([JUNIPER, { id: 'ob-northgate', name: 'Northgate Bank' }])
  expect(await found('?q=junip')).toEqual([JUNIPER])
  expect(await found('?q=nobody')).toEqual([])
})

test('a bank that the practice’s clients cannot choose is refused at its field', async () => {
  const refused = await ask(await completed(), 'email', { bank: 'ob-nobody' })
  expect([refused.status, refused.body.errors?.[0]]).toEqual([
    422,
    expect.objectContaining({ field: 'bank', code: 'not_an_option' }),
  ])
})

test('a request can be undone until its message leaves, and the client completes as before', async () => {
  const id = await completed()
  const before = await read(id)
  const { body } = await ask(id, 'email', { bank: JUNIPER.id, waits: true })
  expect(Date.parse(body.ask.undoUntil) - Date.now()).toBeGreaterThan(10_000)
  const open = await read(id)
  expect([open.status, statesOf(open), open.situation.sentence]).toEqual([
    'accepted',
    [['Juniper', 'open']],
    'Jo to connect Juniper',
  ])
  const undone = await api.post(`onboardings/${id}/bank-asks/${body.ask.id}/undo`)
  expect([undone.status, undone.body.status, undone.body.completedAt]).toEqual([200, 'completed', before.completedAt])
  expect(undone.body.awaitedBanks).toEqual([])
  const messages = await api.owner<{ purpose: string; state: string }[]>`
    SELECT purpose, state FROM message WHERE onboarding_id = ${id} AND purpose IN ('another_bank', 'staff_completed') ORDER BY id`
  expect(messages.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
    'staff_completed queued',
    'another_bank withdrawn',
  ])
  const timeline = JSON.stringify((await api.call(`onboardings/${id}/timeline`)).body)
  expect(timeline).toContain('Asked for another bank by email; onboarding opened again')
  expect(timeline).toContain('Request for another bank taken back')
})

test('of two requests that are undone one after the other, colleagues are told of one completion', async () => {
  const id = await completed()
  const before = await read(id)
  const first = (await ask(id, 'email', { bank: JUNIPER.id, waits: true })).body.ask
  const second = (await ask(id, null, { bank: 'ob-northgate', waits: true })).body.ask
  const undo = (of: { id: string }) => api.post(`onboardings/${id}/bank-asks/${of.id}/undo`)
  expect(statesOf((await undo(first)).body)).toEqual([['Northgate Bank', 'open']])
  const undone = await undo(second)
  expect([undone.body.status, undone.body.completedAt]).toEqual(['completed', before.completedAt])
  const told = await api.owner`SELECT FROM message WHERE onboarding_id = ${id} AND purpose = 'staff_completed'`
  expect(told).toHaveLength(1)
})

test('a request that has left is not taken back, which is said', async () => {
  const id = await completed()
  const { body } = await ask(id, 'email', { bank: JUNIPER.id, waits: true })
  const undo = () => api.post(`onboardings/${id}/bank-asks/${body.ask.id}/undo`)
  await age(api.owner, id, 16_000)
  const late = await undo()
  expect([late.status, late.body.code, late.body.detail]).toEqual([
    409,
    'already_sent',
    'That request can’t be taken back any more.',
  ])
  expect(statesOf(await read(id))).toEqual([['Juniper', 'open']])
})

test('the row of an awaited bank is closed by hand and opened again, and by its bank', async () => {
  const id = await completed()
  await ask(id, null, { bank: JUNIPER.id, waits: true })
  const [row] = (await read(id)).awaitedBanks
  expect(row.allowed).toEqual(['done', 'not_needed'])
  const give = (state: string) =>
    api.call(`onboardings/${id}/bank-asks/${row.id}`, { method: 'PATCH', body: { state } })
  for (const state of ['not_needed', 'open', 'done', 'open']) {
    const { status, body } = await give(state)
    expect([status, statesOf(body)]).toEqual([200, [['Juniper', state]]])
  }
  const column = async () => (await api.call('onboardings?column=bank')).body.items.map((one: { id: string }) => one.id)
  expect(await column()).toContain(id)
  await connectBank(id, 'ob-northgate')
  expect(statesOf(await read(id))).toEqual([['Juniper', 'open']])
  await connectBank(id, JUNIPER.id)
  expect(statesOf(await read(id))).toEqual([['Juniper', 'done']])
  expect(await column()).not.toContain(id)
  const elsewhere = await api.call(`onboardings/${id}/bank-asks/${randomUUID()}`, {
    method: 'PATCH',
    body: { state: 'done' },
  })
  expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'not_allowed'])
})
