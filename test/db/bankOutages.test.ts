import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { settleAwaited } from '../../commands/connections/banks/clientsOfBanks.ts'
import { noteOutages } from '../../commands/connections/banks/noteOutages.ts'
import type { Target } from '../../commands/execute.ts'
import { readBankChoices } from '../../db/connections/bankChoices.ts'
import { readTriedBanks } from '../../db/connections/outages.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/situation.ts'
import { forFile } from '../forFile.ts'
import { as, startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)

/** The bank of a test. */
let bank: string
beforeEach(() => {
  bank = `ob-${randomUUID()}`
})

/** A client of a practice of their own. */
const someone = async (): Promise<Target> => with_.create(await with_.createPractice())

/** Writes the end of a client's trip to the bank as it was so long ago. */
async function tried(how: string, agoMs = MINUTE_MS, client?: Target): Promise<Target> {
  const by = client ?? (await someone())
  const at = new Date(Date.now() - agoMs)
  const isDone = how === 'done'
  await with_.owner`
    WITH trip AS (
      INSERT INTO auth_session (practice_id, onboarding_id, step, provider, institution, opened_by, status, status_at,
        failure, created_at, expires_at)
      VALUES (${by.practiceId}, ${by.onboardingId}, 'bank', 'truelayer', ${bank}, 'client', ${isDone ? 'done' : 'failed'},
        ${at}, ${isDone ? null : how}, ${at}, ${at}) RETURNING id)
    INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, institution,
      external_id, state, consent_given_at, created_at)
    SELECT o.practice_id, o.id, o.organisation_id, trip.id, 'bank', 'truelayer', ${bank}, 'external', 'connected', ${at},
      ${at} FROM trip, onboarding o WHERE o.id = ${by.onboardingId} AND ${isDone}`
  return by
}

const note = () => noteOutages(with_.worker.db)
const readBank = async () => (await readTriedBanks(with_.worker.db)).find(({ institution }) => institution === bank)
const outages = () =>
  with_.owner<{ isOver: boolean }[]>`
    SELECT ended_at IS NOT NULL AS "isOver" FROM bank_outage WHERE institution = ${bank} ORDER BY since`

test('the tries of all practices are counted, each client by the last one, and what clients chose as neither', async () => {
  const twice = await tried('bank_down', HOUR_MS)
  await tried('bank_down', 2 * MINUTE_MS, twice)
  const atLast = await tried('bank_down', HOUR_MS)
  await tried('done', MINUTE_MS, atLast)
  for (const chosen of ['cancelled', 'refused', 'no_accounts', 'stopped', 'unavailable', 'ended']) await tried(chosen)
  const rehearsed = await tried('bank_down')
  await with_.owner`UPDATE onboarding SET clock_offset_ms = 60000 WHERE id = ${rehearsed.onboardingId}`
  await tried('bank_down', 4 * HOUR_MS)
  await tried('done', DAY_MS)
  await tried('bank_down', 31 * DAY_MS + DAY_MS)
  expect(await readBank()).toMatchObject({
    isDown: false,
    recent: { failed: 1, connected: 1 },
    usual: { failed: 1, connected: 1 },
    retryAt: null,
  })
})

test('an outage is noted once by several workers, seen by every practice, and begins anew after its end', async () => {
  for (let n = 0; n < 3; n++) await tried('bank_down')
  const begun = await Promise.all(Array.from({ length: 4 }, note))
  expect(begun.reduce((sum, one) => sum + one, 0)).toBe(1)
  expect(await outages()).toEqual([{ isOver: false }])
  const { practiceId } = await someone()
  const choices = await with_.api.db.inPractice(practiceId, readBankChoices)
  expect(choices.outages).toContain(bank)
  expect(choices.failsSince[bank]).toBeGreaterThan(Date.now() - HOUR_MS)

  // The failures that made it say nothing of its end, and one client alone does not end it.
  await tried('done', -1)
  expect(await note()).toBe(0)
  await tried('done', -1)
  const ended = await Promise.all(Array.from({ length: 4 }, note))
  expect(ended.reduce((sum, one) => sum + one, 0)).toBe(1)
  expect(await outages()).toEqual([{ isOver: true }])

  // Neither do they make the next one.
  expect(await note()).toBe(0)
  await with_.owner`UPDATE bank_outage SET ended_at = ended_at - interval '1 minute' WHERE institution = ${bank}`
  for (let n = 0; n < 5; n++) await tried('bank_down', -2)
  await with_.owner`UPDATE connection SET created_at = created_at - interval '2 minutes' WHERE institution = ${bank}`
  expect(await note()).toBe(1)
  expect(await outages()).toEqual([{ isOver: true }, { isOver: false }])
})

test('without a failure for six hours the bank is tried again, and a later failure puts that off', async () => {
  for (let n = 0; n < 3; n++) await tried('bank_down')
  expect(await note()).toBe(1)
  const before = (await readBank())?.retryAt ?? 0
  expect(Math.round((before - Date.now()) / HOUR_MS)).toBe(6)
  await tried('bank_down', -30 * MINUTE_MS)
  expect(await note()).toBe(0)
  expect((await readBank())?.retryAt).toBeGreaterThan(before + 20 * MINUTE_MS)
  await with_.owner`UPDATE auth_session SET status_at = status_at - interval '7 hours' WHERE institution = ${bank}`
  await with_.owner`UPDATE bank_outage SET retry_at = clock_timestamp() WHERE institution = ${bank}`
  expect(await note()).toBe(1)
  expect(await outages()).toEqual([{ isOver: true }])
})

test('the row of a client of whom the bank is awaited is written again as its outage begins, and as it ends', async () => {
  const [awaited, other] = [await someone(), await someone()]
  for (const { practiceId, onboardingId } of [awaited, other]) {
    await with_.owner`UPDATE onboarding SET accepted_at = now(), invited_at = now() WHERE id = ${onboardingId}`
    await with_.owner`UPDATE onboarding_step SET done_at = now() WHERE onboarding_id = ${onboardingId}`
    await with_.owner`
      INSERT INTO bank_ask (onboarding_id, id, practice_id, institution, institution_name, is_awaited, asked_at)
      VALUES (${onboardingId}, gen_random_uuid(), ${practiceId}, ${onboardingId === awaited.onboardingId ? bank : 'ob-works'},
        'Mill Bank', true, now())`
  }
  const settle = () =>
    settleAwaited(with_.worker, (_id, error) => {
      throw error
    })
  const row = async ({ onboardingId }: Target) => {
    const [found] = await with_.owner`SELECT blocked_by, move, needs_staff FROM onboarding WHERE id = ${onboardingId}`
    return Object.values(found ?? {})
  }
  expect(await settle()).toBe(0)
  const before = await row(other)
  await with_.owner`INSERT INTO bank_outage (institution, since, retry_at) VALUES (${bank}, now(), now() + interval '6 hours')`
  expect(await settle()).toBe(1)
  expect(await row(awaited)).toEqual(['bank_down', 'bank', true])
  expect([await settle(), await row(other)]).toEqual([0, before])
  await with_.owner`UPDATE bank_outage SET ended_at = now() WHERE institution = ${bank}`
  expect(await settle()).toBe(1)
  expect([await settle(), await row(awaited)]).toEqual([0, ['another_bank', 'client', false]])
})

test('the api may neither count tries nor change an outage, and counts are all that the worker gets', async () => {
  await tried('bank_down')
  for (const [role, statement] of [
    ['api', "SELECT * FROM bank_tries('3 hours', '30 days')"],
    ['api', 'UPDATE bank_outage SET ended_at = now()'],
    ['worker', 'DELETE FROM bank_outage'],
  ] as const) {
    await expect(as(with_.database, role, null, (sql) => sql.unsafe(statement))).rejects.toThrow(/permission denied/)
  }
  const [row] = await as(
    with_.database,
    'worker',
    null,
    (sql) => sql`SELECT * FROM bank_tries('3 hours', '30 days') WHERE institution = ${bank}`,
  )
  const counts = { failed: 1, connected: 0, usually_failed: 0, usually_connected: 0 }
  expect(row).toMatchObject({ institution: bank, outage: null, retry_at: null, ...counts })
  expect(Object.keys(row ?? {})).toHaveLength(9)
})
