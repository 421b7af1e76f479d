import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { forFile } from '../forFile.ts'
import { waitFor } from '../waitFor.ts'
import { startStaffApi, type TestPractice } from './staffHarness.ts'

type Told = { event: string; id: string | null; data: { id?: string; seq?: number } }

const api = forFile(startStaffApi)
const open: AbortController[] = []
afterAll(async () => {
  for (const one of open) one.abort()
})

/** Opens a stream and records its events. Resolves once it is open. */
async function listen(practice: TestPractice = api.practice, lastEventId?: string) {
  const controller = new AbortController()
  open.push(controller)
  const response = await fetch(`${api.url}/api/v1/live`, {
    headers: { authorization: `Bearer ${practice.key}`, ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: controller.signal,
  })
  if (!response.body || response.status !== 200) throw new Error(`not open: ${response.status}`)
  const told: Told[] = []
  const state = { lastEventId: '', ended: false }
  const read = async () => {
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? null
        const id = field('id')
        if (id) state.lastEventId = id
        const data = field('data')
        if (data !== null) told.push({ event: field('event') ?? 'message', id, data: JSON.parse(data) })
      }
    }
  }
  read()
    .catch(() => undefined)
    .finally(() => {
      state.ended = true
    })
  await waitFor('the first position', async () => state.lastEventId !== '')
  return { told, state, headers: response.headers, close: () => controller.abort() }
}

const told = (stream: { told: Told[] }, id: string, seq: number) =>
  waitFor(`${id} at ${seq}`, async () => stream.told.some(({ data }) => data.id === id && (data.seq ?? 0) >= seq))

describe('what changes is told', () => {
  test('to every open stream of the practice: the onboarding and its newest fact, nothing else', async () => {
    const streams = await Promise.all(Array.from({ length: 12 }, () => listen()))
    expect(streams[0]?.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const { id } = await api.create()
    await Promise.all(streams.map((stream) => told(stream, id, 2)))
    await api.post(`onboardings/${id}/cancel`, { reason: 'Confidential' })
    await Promise.all(streams.map((stream) => told(stream, id, 3)))
    for (const stream of streams) {
      expect(new Set(stream.told.map((one) => one.event))).toEqual(new Set(['changed']))
      for (const { data } of stream.told) expect(Object.keys(data)).toEqual(['id', 'seq'])
    }
  })

  test('of each onboarding in order, whatever is done at the same time, and completely', async () => {
    const stream = await listen()
    const made = await Promise.all(Array.from({ length: 8 }, () => api.create()))
    await Promise.all(
      made.flatMap(({ id }) => [
        api.post(`onboardings/${id}/snooze`, { until: new Date(Date.now() + 86_400_000).toISOString() }),
        api.post(`onboardings/${id}/links`),
        api.post(`onboardings/${id}/steps/books/skip`),
        api.post(`onboardings/${id}/steps/bank/skip`),
      ]),
    )
    for (const { id } of made) {
      const [row] = await api.owner<{ seq: number }[]>`SELECT fact_seq AS seq FROM onboarding WHERE id = ${id}`
      await told(stream, id, row!.seq)
      const seqs = stream.told.filter(({ data }) => data.id === id).map(({ data }) => data.seq ?? 0)
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
      expect(seqs.at(-1)).toBe(row!.seq)
    }
  })

  test('at once, however long a transaction of another database of the server takes', async () => {
    const other = await createTestDatabase()
    const elsewhere = postgres(other.ownerUrl, { max: 1 })
    const [begun, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const long = elsewhere.begin(async (tx) => {
      await tx`CREATE TABLE long_work ()`
      begun.resolve()
      await done.promise
    })
    try {
      await begun.promise
      const stream = await listen()
      const { id } = await api.create()
      await told(stream, id, 2)
    } finally {
      done.resolve()
      await long
      await elsewhere.end()
      await other.drop()
    }
  })

  test('one that commits late is not passed over by those that began after it', async () => {
    const { id: late } = await api.create()
    const stream = await listen()
    let commit = () => {}
    const held = new Promise<void>((resolve) => {
      commit = resolve
    })
    let begun = () => {}
    const started = new Promise<void>((resolve) => {
      begun = resolve
    })
    const slow = api.owner.begin(async (tx) => {
      await tx`INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, actor_type)
        VALUES (${api.practice.id}, ${late}, 3, 'snoozed', 'slow', now(), 'system')`
      begun()
      await held
    })
    await started
    const { id: early } = await api.create()
    // A second stream gets the present position while the slow transaction is still open.
    const second = await listen()
    second.close()
    commit()
    await slow
    await told(stream, late, 3)
    await told(stream, early, 2)
    const resumed = await listen(api.practice, second.state.lastEventId)
    await told(resumed, late, 3)
    await told(resumed, early, 2)
  })

  test('a fact is not told after a newer one that began before it', async () => {
    const { id } = await api.create()
    const stream = await listen()
    const note = (sql: postgres.ISql, seq: number) => sql`
      INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, actor_type)
      VALUES (${api.practice.id}, ${id}, ${seq}, 'snoozed', ${`order ${seq}`}, now(), 'system')`
    const [newer, between] = await Promise.all([api.owner.reserve(), api.owner.reserve()])
    try {
      // Each transaction takes its position here.
      await newer`BEGIN`
      await newer`SELECT pg_current_xact_id()`
      await between`BEGIN`
      await between`SELECT pg_current_xact_id()`
      await note(api.owner, 3)
      await note(newer, 4)
      await newer`COMMIT`
      await told(stream, id, 4)
      await between`COMMIT`
      const { id: later } = await api.create()
      await told(stream, later, 2)
      const seqs = stream.told.filter(({ data }) => data.id === id).map(({ data }) => data.seq ?? 0)
      expect(seqs.filter((seq) => seq > 2)).toEqual([4])
    } finally {
      newer.release()
      between.release()
    }
  })

  test('after a break, from where it broke', async () => {
    const { id } = await api.create()
    const stream = await listen()
    await api.post(`onboardings/${id}/links`)
    await told(stream, id, 3)
    await waitFor('its position', async () => stream.told.some((one) => one.id !== null))
    stream.close()
    await api.post(`onboardings/${id}/cancel`)
    const { id: other } = await api.create()
    const resumed = await listen(api.practice, stream.state.lastEventId)
    await told(resumed, id, 4)
    await told(resumed, other, 2)
    // Without a position the stream begins now; the last changes may be repeated, older ones are not.
    const fresh = await listen()
    await api.post(`onboardings/${other}/cancel`)
    await told(fresh, other, 3)
    expect(fresh.told.some(({ data }) => data.id === id && data.seq === 3)).toBe(false)
  })

  test('not to another practice, neither live nor after a break', async () => {
    const thief = await api.createPractice()
    const theirs = await listen(thief)
    const mine = await listen()
    const before = theirs.state.lastEventId
    const { id } = await api.create()
    await told(mine, id, 2)
    const own = await api.create({}, thief.key)
    await told(theirs, own.id, 2)
    expect(theirs.told.map(({ data }) => data.id)).not.toContain(id)
    const resumed = await listen(thief, before)
    await told(resumed, own.id, 2)
    expect(resumed.told.map(({ data }) => data.id)).toEqual([own.id])
  })

  test('to read anew, where too much was missed or the position is of another database', async () => {
    const many = await api.createPractice()
    const stream = await listen(many)
    stream.close()
    await api.owner`
      WITH org AS (INSERT INTO organisation (practice_id, name, kind, country, currency)
        SELECT ${many.id}, 'Client ' || n, 'business', 'GB', 'GBP' FROM generate_series(1, 1001) AS n RETURNING id),
      made AS (INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days)
        SELECT ${many.id}, id, 7, 90 FROM org RETURNING id)
      INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, actor_type)
      SELECT ${many.id}, id, 1, 'created', '', now(), 'system' FROM made`
    for (const since of [stream.state.lastEventId, '9000000000000000000']) {
      const resumed = await listen(many, since)
      await waitFor('a reload', async () => resumed.told.length > 0)
      // A reader that is behind may repeat it; nothing else is sent.
      const events = new Set(resumed.told.map(({ event }) => event))
      expect([...events]).toEqual(['reload'])
    }
  })
})

test('a process that stops ends its streams at once, and takes no more', async () => {
  const other = await startStaffApi()
  try {
    const response = await fetch(`${other.url}/api/v1/live`, {
      headers: { authorization: `Bearer ${other.practice.key}` },
    })
    const text = response.text()
    await other.deps.feed.close()
    expect(await text).toMatch(/^retry: 1000\nid: \d+\n\n$/)
    const late = await fetch(`${other.url}/api/v1/live`, {
      headers: { authorization: `Bearer ${other.practice.key}` },
    })
    expect(await late.text()).toBe('')
  } finally {
    await other.stop()
  }
})
