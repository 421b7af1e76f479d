import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { forFile } from '../forFile.ts'
import { ageLastMessage, type GivenConsent, giveConsent } from '../giveConsent.ts'
import { startStaffApi, type TestPractice } from './staffHarness.ts'

const api = forFile(startStaffApi)
let practice: TestPractice
beforeAll(async () => {
  practice = await api.createPractice()
})

/** A client who has accepted some time ago, with one bank or several. */
async function client(given: GivenConsent | GivenConsent[], more: Record<string, unknown> = {}, of = practice) {
  const { id } = await api.create(more, of.key)
  await api.accept(id, of)
  await ageLastMessage(api.owner, id)
  const banks: string[] = []
  for (const one of [given].flat()) banks.push(await giveConsent(api.owner, id, one))
  return { id, banks, bank: banks[0] ?? '' }
}
const ask = (ids: string[], { dryRun = false, key = practice.key, once = '' } = {}) =>
  api.post(
    'consents/ask-to-confirm',
    { ids, ...(dryRun && { dryRun }) },
    { key, ...(once && { headers: { 'idempotency-key': once } }) },
  )
const codes = (body: { results: { code: string | null }[] }) => body.results.map(({ code }) => code)
const asksOf = (id: string) => api.owner<{ bulk: boolean }[]>`
  SELECT bulk FROM message WHERE onboarding_id = ${id} AND purpose = 'renewal' ORDER BY id`

describe('asking many clients to confirm', () => {
  test('answers for each bank: asked, or why not, in the order of the ids, after the single ones', async () => {
    const [due, far] = [await client({ ends: 9 }), await client({ ends: 60 })]
    const stopped = await client({ ends: 40, ended: -2, state: 'disconnected', by: 'client' })
    const ended = await client({ ends: -3, ended: -3, state: 'lost', health: 'expired' })
    const { id: cancelled, bank } = await client({ ends: 5 })
    await api.post(`onboardings/${cancelled}/cancel`, undefined, { key: practice.key })
    const unknown = randomUUID()
    const ids = [far.bank, due.bank, unknown, stopped.bank, ended.bank, bank]
    const { status, body } = await ask(ids)
    expect(status).toBe(200)
    expect(codes(body)).toEqual(['not_due', null, 'not_found', 'stopped', null, 'not_allowed'])
    expect(body.results.map((one: { id: string }) => one.id)).toEqual(ids)
    expect(body).toMatchObject({ done: 2, notDone: 4 })
    expect(body.results[3].detail).toBe('The client stopped sharing it: ask them why first.')
    expect(await asksOf(due.id)).toMatchObject([{ bulk: true }])
    for (const { id } of [far, stopped]) expect(await asksOf(id)).toHaveLength(0)
  })

  test('asks nobody twice in a day, under the same key or another', async () => {
    const due = await client({ ends: 9 })
    const once = randomUUID()
    expect(codes((await ask([due.bank], { once })).body)).toEqual([null])
    const again = await ask([due.bank], { once })
    expect(codes(again.body)).toEqual([null])
    await ageLastMessage(api.owner, due.id)
    const { body } = await ask([due.bank])
    expect(body.results).toMatchObject([{ done: false, code: 'asked_today', detail: 'Asked already today.' }])
    expect(await asksOf(due.id)).toHaveLength(1)
  })

  test('asks a client once about all of their banks', async () => {
    const { id, banks } = await client([{ ends: 9 }, { ends: 3, bank: 'Juniper' }, { ends: 80, bank: 'Quay Bank' }])
    expect(codes((await ask(banks)).body)).toEqual([null, null, 'not_due'])
    expect(await asksOf(id)).toHaveLength(1)
    const [row] = await api.owner`
      SELECT count(*) FILTER (WHERE asked_at IS NOT NULL)::int AS asked FROM connection WHERE onboarding_id = ${id}`
    expect(row?.asked).toBe(2)
  })

  test('asks about all that match a filter, what ends first first, with a dry run before', async () => {
    const all = await api.createPractice()
    const made = async (given: GivenConsent | GivenConsent[]) => client(given, {}, all)
    const [later, sooner] = [await made({ ends: 9 }), await made([{ ends: 3 }, { ends: 4, bank: 'Juniper' }])]
    const [far, ended] = [
      await made({ ends: 60 }),
      await made({ ends: -3, ended: -3, state: 'lost', health: 'expired' }),
    ]
    const asks = (filter: object, more: { dryRun?: boolean; once?: string } = {}) =>
      api.post(
        'consents/ask-to-confirm',
        { filter, ...(more.dryRun && { dryRun: true }) },
        { key: all.key, ...(more.once && { headers: { 'idempotency-key': more.once } }) },
      )
    const dry = await asks({ view: 'next_30_days' }, { dryRun: true })
    expect(dry.body.results.map((one: { id: string; onboardingId: string }) => [one.id, one.onboardingId])).toEqual([
      [sooner.banks[0], sooner.id],
      [sooner.banks[1], sooner.id],
      [later.bank, later.id],
    ])
    expect(await asksOf(sooner.id)).toHaveLength(0)
    const once = randomUUID()
    const { body } = await asks({ view: 'next_30_days' }, { once })
    expect([codes(body), codes(dry.body)]).toEqual([
      [null, null, null],
      [null, null, null],
    ])
    expect([await asksOf(sooner.id), await asksOf(later.id)].map((one) => one.length)).toEqual([1, 1])
    // A repeat is about the same banks, whatever matches by then; another request asks nobody twice in a day.
    await api.owner`UPDATE connection SET access_until = now() + interval '10 days' WHERE id = ${far.bank}`
    expect(codes((await asks({ view: 'next_30_days' }, { once })).body)).toEqual([null, null, null])
    for (const { id } of [later, sooner, far, ended]) await ageLastMessage(api.owner, id)
    expect(codes((await asks({})).body)).toEqual([null, 'asked_today', 'asked_today', 'asked_today', null])
    expect([await asksOf(sooner.id), await asksOf(ended.id)].map((one) => one.length)).toEqual([1, 1])
    expect(codes((await asks({ bank: ['Juniper'], q: 'nobody of this name' })).body)).toEqual([])
  })

  test('takes ids or a filter, and not both or neither', async () => {
    for (const body of [{}, { ids: [randomUUID()], filter: {} }]) {
      const { status, body: said } = await api.post('consents/ask-to-confirm', body, { key: practice.key })
      expect([status, said.errors]).toEqual([422, [expect.objectContaining({ field: 'ids', code: 'required' })]])
    }
    const wrong = await api.post('consents/ask-to-confirm', { filter: { view: 'soon' } }, { key: practice.key })
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'filter.view'])
  })

  test('the history of each bank names the common request', async () => {
    const { banks } = await client([{ ends: 9 }, { ends: 3, bank: 'Juniper' }, { ends: 80, bank: 'Quay Bank' }])
    await ask(banks)
    const historyOf = async (id: string) =>
      (await api.call(`consents/${id}`, { key: practice.key })).body.history.map(
        ({ sentence }: { sentence: string }) => sentence,
      )
    const asked = 'Asked by email to keep sharing Juniper and Northgate Bank'
    expect(await historyOf(banks[0]!)).toEqual([asked])
    expect(await historyOf(banks[1]!)).toEqual([asked])
    expect(await historyOf(banks[2]!)).toEqual([])
  })

  test('a dry run says the same beforehand, and does nothing', async () => {
    const ids = [(await client({ ends: 9 })).bank, (await client({ ends: 60 })).bank, randomUUID()]
    const before = await api.countRows()
    const dry = await ask(ids, { dryRun: true, once: randomUUID() })
    expect(await api.countRows()).toEqual(before)
    expect(codes((await ask(ids)).body)).toEqual(codes(dry.body))
  })

  test('reaches no client of another practice, and none out of sight', async () => {
    const due = await client({ ends: 9 })
    const other = await api.createPractice()
    expect(codes((await ask([due.bank], { key: other.key })).body)).toEqual(['not_found'])
    const person = await api.createPerson('standard', practice)
    const sam = await api.signIn(person)
    const seen = await client({ ends: 9 }, { access: { people: [person.id] } })
    const body = { ids: [due.bank, seen.bank] }
    const asked = await api.callAs(sam, 'consents/ask-to-confirm', { method: 'POST', body })
    expect(codes(asked.body)).toEqual(['not_found', null])
    const { text } = await api.callAs(sam, 'consents/export', { method: 'POST', body })
    expect(text.trim().split('\r\n')).toHaveLength(2)
    expect(await asksOf(due.id)).toHaveLength(0)
  })

  test('the chosen ones are saved as a file', async () => {
    const [one, other] = [await client({ ends: 9, bank: 'Juniper' }), await client({ ends: 90, bank: 'Quay Bank' })]
    await client({ ends: 10 })
    const file = await api.post('consents/export', { ids: [other.bank, one.bank] }, { key: practice.key })
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="bank-access.csv"')
    const lines = file.text.trim().split('\r\n').slice(1)
    expect(lines.map((line: string) => line.split(',')[2])).toEqual(['Juniper', 'Quay Bank'])
  })
})
