import { beforeAll, expect, test } from 'vitest'
import { measureDueStages } from '../../../commands/measureStages.ts'
import { openDatabase } from '../../../db/client.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/situation.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { giveConsent } from '../../giveConsent.ts'
import { startStaffApi, type TestPractice } from '../staffHarness.ts'

type Item = {
  id: string
  organisation: { name: string }
  situation: { needsAttention: boolean; longerThanUsual: { over: string; ms: number } | null }
}

const api = forFile(startStaffApi)
let other: TestPractice

/** Measures the practices under the worker's role. */
const measure = async () => {
  const db = openDatabase(api.database.workerUrl, 2)
  const failed: unknown[] = []
  try {
    return { measured: await measureDueStages({ db }, (_id, error) => failed.push(error)), failed }
  } finally {
    await db.close()
  }
}

/** Adds a client invited so many hours ago, and accepted after so many, if at all. */
const add = async (
  name: string,
  invitedHours: number,
  acceptedAfter: number | null = null,
  practice = api.practice,
) => {
  const { id } = await api.create({ organisation: { name } }, practice.key)
  await api.report(id, 'delivered', null, practice)
  await age(api.owner, id, (acceptedAfter ?? invitedHours) * HOUR_MS)
  if (acceptedAfter !== null) {
    await api.accept(id, practice)
    await age(api.owner, id, (invitedHours - acceptedAfter) * HOUR_MS)
  }
  return id as string
}

const items = async (query: string, key = api.practice.key): Promise<Item[]> => {
  const { status, body, text } = await api.call(`onboardings?${query}`, { key })
  if (status !== 200) throw new Error(text)
  return body.items
}
const names = async (query: string) => (await items(query)).map((one) => one.organisation.name)

beforeAll(async () => {
  other = await api.createPractice()
  // Twenty clients that accepted after 2, 4 … 40 hours: nine in ten within 36.2.
  for (let n = 1; n <= 20; n += 1) await add(`Went ${n} Ltd`, 100, n * 2)
  await add('Slow Ltd', 60)
  await add('Slower Ltd', 90)
  await add('Quick Ltd', 20)
  await add('Elsewhere Ltd', 90, null, other)
  expect(await measure()).toEqual({ measured: 2, failed: [] })
})

test('a row says that it takes longer than usual, by what nine in ten needed in the last 90 days', async () => {
  const [slow, quick] = await Promise.all([items('q=Slow Ltd'), items('q=Quick Ltd')])
  expect(slow[0]?.situation).toMatchObject({ needsAttention: true, longerThanUsual: { over: 'usual' } })
  expect(slow[0]?.situation.longerThanUsual?.ms).toBeCloseTo(36.2 * 3_600_000, -3)
  expect(quick[0]?.situation).toMatchObject({ needsAttention: false, longerThanUsual: null })
})

test('too few say nothing about what is usual, and one practice’s pace nothing about another’s', async () => {
  const [elsewhere] = await items('q=Elsewhere', other.key)
  expect(elsewhere?.situation.longerThanUsual).toBeNull()
  const [count] =
    await api.owner`SELECT counted, usual FROM stage_usual WHERE practice_id = ${other.id} AND stage = 'invited'`
  expect(count).toEqual({ counted: 0, usual: null })
})

test('the view of attention lists the rows that say so, in every order, page by page, and counts them alike', async () => {
  const wanted = (await items('limit=100')).filter(({ situation }) => situation.needsAttention).map(({ id }) => id)
  expect(wanted).toHaveLength(2)
  for (const sort of ['newest', 'waiting', 'updated']) {
    const found = await items(`view=attention&sort=${sort}`)
    expect(found.map(({ id }) => id).sort(), sort).toEqual([...wanted].sort())
  }
  expect(await names('view=attention&sort=waiting')).toEqual(['Slower Ltd', 'Slow Ltd'])
  const first = await api.call('onboardings?view=attention&sort=waiting&limit=1')
  const next = await api.call(`onboardings?view=attention&sort=waiting&limit=1&cursor=${first.body.nextCursor}`)
  expect(next.body.items.map((one: Item) => one.organisation.name)).toEqual(['Slow Ltd'])
  expect((await api.call('onboardings/counts')).body).toMatchObject({ attention: 2 })
})

test('the view is narrowed by search, blocker, stage and manager like any other', async () => {
  const manager = await api.createPerson('client_admin')
  const [slower] = await items('q=Slower')
  await api.owner`UPDATE organisation SET account_manager_id = ${manager.id}
    WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${slower!.id})`
  expect(await names('view=attention&q=Slow')).toEqual(['Slow Ltd', 'Slower Ltd'])
  expect(await names('view=attention&q=Quick')).toEqual([])
  expect(await names('view=attention&blockedBy=acceptance')).toEqual(['Slow Ltd', 'Slower Ltd'])
  expect(await names('view=attention&blockedBy=bounced')).toEqual([])
  expect(await names('view=attention&status=accepted')).toEqual([])
  expect(await names(`view=attention&manager=${manager.id}`)).toEqual(['Slower Ltd'])
})

test('a row that also bounced is listed once, a snoozed one is not', async () => {
  const bounced = await add('Bounced Ltd', 70)
  await api.report(bounced, 'bounced')
  expect((await names('view=attention')).sort()).toEqual(['Bounced Ltd', 'Slow Ltd', 'Slower Ltd'])
  await api.post(`onboardings/${bounced}/cancel`)
  const [slow] = await items('q=Slow Ltd')
  await api.post(`onboardings/${slow!.id}/snooze`, { until: new Date(Date.now() + DAY_MS).toISOString() })
  expect(await names('view=attention')).toEqual(['Slower Ltd'])
  expect((await items('q=Slow Ltd'))[0]?.situation.longerThanUsual).toBeNull()
  await api.post(`onboardings/${slow!.id}/resume`)
})

test('a practice’s own limit counts where it is shorter', async () => {
  await api.owner`UPDATE stage_usual SET limit_days = 1 WHERE practice_id = ${api.practice.id} AND stage = 'invited'`
  expect((await items('q=Slow Ltd'))[0]?.situation.longerThanUsual).toMatchObject({ over: 'limit', ms: DAY_MS })
  expect(await names('view=attention')).toEqual(['Slow Ltd', 'Slower Ltd'])
  await api.owner`UPDATE stage_usual SET limit_days = NULL WHERE practice_id = ${api.practice.id}`
})

test('stages are measured once a day', async () => {
  expect(await measure()).toEqual({ measured: 0, failed: [] })
  await api.owner`UPDATE stage_usual SET measured_at = now() - interval '25 hours' WHERE practice_id = ${other.id}`
  expect(await measure()).toEqual({ measured: 1, failed: [] })
})

test('acceptance to completion is measured by the first completion, not by those after a reopening', async () => {
  const practice = await api.createPractice()
  const complete = (id: string) => api.perform(id, { do: 'complete' }, practice)
  const skipBank = (id: string) => api.post(`onboardings/${id}/steps/bank/skip`, {}, { key: practice.key })
  for (let n = 1; n <= 20; n += 1) {
    const { id } = await api.create({ steps: { books: 'skip' } }, practice.key)
    await api.accept(id, practice)
    await age(api.owner, id, 10 * HOUR_MS)
    await skipBank(id)
    await complete(id)
    if (n % 4 > 0) continue
    await age(api.owner, id, 500 * HOUR_MS)
    await api.post(`onboardings/${id}/steps/bank/reopen`, undefined, { key: practice.key })
    await skipBank(id)
    await complete(id)
  }
  expect(await measure()).toEqual({ measured: 1, failed: [] })
  const [measured] = await api.owner<{ counted: number; hours: number }[]>`
    SELECT counted, extract(epoch FROM usual)::float8 / 3600 AS hours FROM stage_usual
    WHERE practice_id = ${practice.id} AND stage = 'accepted'`
  expect([measured?.counted, measured?.hours]).toEqual([20, expect.closeTo(10, 1)])
})

test('a client who is reopened after a long time is not at once longer in its stage than usual', async () => {
  const { id } = await api.create({ organisation: { name: 'Back Again Ltd' }, steps: { books: 'skip' } })
  await api.accept(id)
  await api.post(`onboardings/${id}/steps/bank/complete`, { evidence: 'Seen.' })
  await api.perform(id, { do: 'complete' })
  await age(api.owner, id, 500 * HOUR_MS)
  await api.post(`onboardings/${id}/steps/bank/reopen`)
  await api.owner`UPDATE stage_usual SET limit_days = 1 WHERE practice_id = ${api.practice.id} AND stage = 'accepted'`
  const is = async () => [
    (await items('q=Back Again'))[0]?.situation.longerThanUsual ?? null,
    (await names('view=attention')).includes('Back Again Ltd'),
  ]
  expect(await is()).toEqual([null, false])
  await age(api.owner, id, 25 * HOUR_MS)
  expect(await is()).toEqual([expect.objectContaining({ over: 'limit' }), true])
  await api.owner`UPDATE stage_usual SET limit_days = NULL WHERE practice_id = ${api.practice.id}`
  await api.post(`onboardings/${id}/cancel`)
})

test('an access that ends within a fortnight shows at its step', async () => {
  const [went] = await items('q=Went 20')
  await giveConsent(api.owner, went!.id, { ends: 13 })
  await api.owner`UPDATE onboarding_step SET done_at = now() WHERE onboarding_id = ${went!.id} AND kind = 'bank'`
  const progress = async () => (await api.call(`onboardings/${went!.id}`)).body.steps[0].progress
  expect(await progress()).toBe('expiring')
  await api.owner`UPDATE connection SET access_until = now() + interval '15 days' WHERE onboarding_id = ${went!.id}`
  expect(await progress()).toBe('connected')
})
