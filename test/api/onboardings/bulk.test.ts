import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../domain/situation.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const act = (body: Record<string, unknown>, key?: string) =>
  api.post('onboardings/actions', body, key ? { headers: { 'idempotency-key': key } } : {})
const codes = (body: { results: { code: string | null }[] }) => body.results.map((one) => one.code)
const eventsOf = async (id: string): Promise<string[]> =>
  (await api.call(`onboardings/${id}/events`)).body.items.map((one: { kind: string }) => one.kind)

/** Creates an onboarding invited long enough ago for another link. */
const old = async (): Promise<string> => {
  const { id } = await api.create()
  await age(api.owner, id, 2 * MINUTE_MS)
  return id
}

describe('doing something to many', () => {
  test('answers each by itself: done, or why not, in the order asked', async () => {
    const [first, second] = [await old(), await old()]
    const { id: young } = await api.create()
    const { id: cancelled } = await api.create()
    await api.post(`onboardings/${cancelled}/cancel`)
    const unknown = randomUUID()
    const { status, body } = await act({ do: 'resend', ids: [first, young, unknown, cancelled, second] })
    expect(status).toBe(200)
    expect(codes(body)).toEqual([null, 'resend_too_soon', 'not_found', 'not_allowed', null])
    expect(body).toMatchObject({ done: 2, notDone: 3 })
    expect(body.results[1].detail).toMatch(/^Sent \d+ seconds? ago\./)
    expect(Date.parse(body.results[1].at)).toBeGreaterThan(Date.now())
    expect(body.results.map((one: { id: string }) => one.id)).toEqual([first, young, unknown, cancelled, second])
    expect(await eventsOf(second)).toEqual(['created', 'invited', 'resent'])
  })

  test('a dry run says the same beforehand, and does nothing', async () => {
    const [first, { id: young }] = [await old(), await api.create()]
    const before = await api.countRows()
    const asked = { do: 'resend', ids: [first, young, randomUUID()] }
    const dry = await act({ ...asked, dryRun: true }, randomUUID())
    expect(await api.countRows()).toEqual(before)
    expect(codes(dry.body)).toEqual([null, 'resend_too_soon', 'not_found'])
    const real = await act(asked)
    expect(codes(real.body)).toEqual(codes(dry.body))
    for (const body of [
      { do: 'extend', until: inDays(30) },
      { do: 'cancel' },
      { do: 'assign', manager: (await api.createPerson('standard')).id },
      { do: 'undo_cancel' },
    ]) {
      const foreseen = await act({ ...body, ids: [first, young], dryRun: true })
      const done = await act({ ...body, ids: [first, young] })
      expect([body.do, codes(done.body)]).toEqual([body.do, codes(foreseen.body)])
    }
  })

  test('a repeat under one key does none twice, and goes on where an earlier one broke off', async () => {
    const [first, second] = [await old(), await old()]
    const key = randomUUID()
    const asked = { do: 'resend', ids: [first, second] }
    expect((await act(asked, key)).body.done).toBe(2)
    // Simulates an act that broke off before the second, long enough ago that another send would be allowed.
    await api.owner`UPDATE idempotency_key SET response = NULL WHERE key = ${key} AND route LIKE '%actions'`
    await api.owner`DELETE FROM idempotency_key WHERE route LIKE ${`%${second}`}`
    await age(api.owner, [first, second], 2 * MINUTE_MS)
    expect((await act(asked, key)).body.done).toBe(2)
    expect((await eventsOf(first)).filter((kind) => kind === 'resent')).toHaveLength(1)
    expect((await eventsOf(second)).filter((kind) => kind === 'resent')).toHaveLength(2)
    const other = await act({ ...asked, ids: [first] }, key)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_conflict'])
  })

  test('two at the same time under one key do each once', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, old))
    const key = randomUUID()
    const both = await Promise.all([act({ do: 'resend', ids }, key), act({ do: 'resend', ids }, key)])
    expect(both.map(({ body }) => body.done)).toEqual([6, 6])
    for (const id of ids) expect(await eventsOf(id)).toEqual(['created', 'invited', 'resent'])
  })

  test('by filter: what it finds, the same under a repeat even when it would find others', async () => {
    const managers = [(await api.createPerson('standard')).id, (await api.createPerson('standard')).id] as const
    const [first, second] = [await old(), await old()]
    await act({ do: 'assign', manager: managers[0], ids: [first] })
    const key = randomUUID()
    const asked = { do: 'extend', until: inDays(40), filter: { manager: [managers[0]] } }
    const extended = await act(asked, key)
    expect(extended.body.results.map((one: { id: string }) => one.id)).toEqual([first])
    await act({ do: 'assign', manager: managers[0], ids: [second] })
    const again = await act(asked, key)
    expect(again.body.results.map((one: { id: string }) => one.id)).toEqual([first])
    expect(await eventsOf(second)).not.toContain('extended')
    const none = await act({ do: 'cancel', filter: { manager: [managers[1]] } })
    expect(none.body).toEqual({ results: [], done: 0, notDone: 0 })
  })

  test('a repeat keeps every undo: it says until when each cancellation can be taken back, as the first answer did', async () => {
    const ids = [await old(), await old()]
    const key = randomUUID()
    const asked = { do: 'cancel', ids, reason: 'They merged.' }
    const first = await act(asked, key)
    const undos = (body: { results: { id: string; undoUntil: string | null }[] }) =>
      body.results.map(({ id, undoUntil }) => [id, undoUntil])
    expect(undos(first.body)).toEqual(ids.map((id) => [id, expect.any(String)]))
    const repeated = await act(asked, key)
    expect(undos(repeated.body)).toEqual(undos(first.body))
    expect((await act({ do: 'undo_cancel', ids })).body.done).toBe(2)
  })

  test('cancelling can be undone, for all of them', async () => {
    const ids = [await old(), await old()]
    const cancelled = await act({ do: 'cancel', ids, reason: 'They merged.' })
    expect(cancelled.body.done).toBe(2)
    for (const { undoUntil } of cancelled.body.results) expect(Date.parse(undoUntil)).toBeGreaterThan(Date.now())
    const { body } = await api.call(`onboardings/${ids[0]}`)
    expect(body).toMatchObject({ status: 'cancelled', cancelReason: 'They merged.' })
    expect((await act({ do: 'undo_cancel', ids })).body.done).toBe(2)
    expect((await api.call(`onboardings/${ids[0]}`)).body.status).toBe('invited')
  })

  test('another practice’s clients are not found', async () => {
    const thief = await api.createPractice()
    const id = await old()
    const answer = await api.post('onboardings/actions', { do: 'cancel', ids: [id] }, { key: thief.key })
    expect(codes(answer.body)).toEqual(['not_found'])
    const all = await api.post('onboardings/actions', { do: 'cancel', filter: { view: 'all' } }, { key: thief.key })
    expect(all.body.results).toEqual([])
    expect((await api.call(`onboardings/${id}`)).body.status).toBe('invited')
  })

  test('a thousand end, while the engine is away', async () => {
    const many = await api.createPractice()
    const rows = await api.owner<{ id: string }[]>`
      WITH org AS (INSERT INTO organisation (practice_id, name, kind, country, currency)
        SELECT ${many.id}, 'Client ' || n, 'business', 'GB', 'GBP' FROM generate_series(1, 1000) AS n RETURNING id),
      made AS (INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days, fact_seq, notified_seq)
        SELECT ${many.id}, id, 7, 90, 1, 1 FROM org RETURNING id),
      step AS (INSERT INTO onboarding_step (practice_id, onboarding_id, kind, owner)
        SELECT ${many.id}, made.id, s.kind, s.owner FROM made
        CROSS JOIN (VALUES ('bank', 'client'), ('books', 'practice'), ('mapping', 'practice')) AS s (kind, owner))
      SELECT id FROM made`
    const ids = rows.map((row) => row.id)
    const answer = await api.post('onboardings/actions', { do: 'cancel', ids }, { key: many.key })
    expect(answer.body).toMatchObject({ done: 1000, notDone: 0 })
  })
})
