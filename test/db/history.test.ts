import { beforeAll, expect, test } from 'vitest'
import { makeApiKey } from '../../commands/apiKeys.ts'
import { sha256, tokenOf } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { EVERYTHING, readIds, readPage } from '../../db/list/list.ts'
import { readConversion } from '../../db/reports.ts'
import { keepDemoClients } from '../../dev/demo/demoClients.ts'
import { keepColleagues } from '../../dev/demo/seedColleagues.ts'
import { analyse, measurePractice, writeHistory } from '../../dev/history/write.ts'
import { demoPractice, seedDemo } from '../../dev/seed.ts'
import { passwordOfEach } from '../../dev/stack/home.ts'
import { describe as described } from '../../domain/describe.ts'
import { nextMove } from '../../domain/nextMove.ts'
import { type Column, conditionOfColumn } from '../../domain/rows/conditions.ts'
import { statusAt } from '../../domain/situation.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)
let practiceId: string
const linkKeys = [{ id: 'k1', key: Buffer.alloc(32, 7) }]
const COUNT = 400

beforeAll(async () => {
  practiceId = await with_.createPractice()
  const { colleagues, teams } = await keepColleagues(with_.owner, practiceId)
  await writeHistory(with_.owner, { practiceId, count: COUNT, weeks: 52, linkKeys, colleagues, teams })
  await measurePractice(with_.owner, practiceId)
  await analyse(with_.owner)
}, 120_000)

const count = async (query: PromiseLike<unknown>) => Number(((await query) as { n: number }[])[0]?.n)

test('a seeded practice has every stage, both kinds, failed deliveries, and rows that say what their facts say', async () => {
  const { owner } = with_
  const found = await owner<
    { id: string; status: string; blocked_by: string | null; move: string | null; since: number }[]
  >`
    SELECT id, status, blocked_by, move, epoch_ms(since) AS since FROM onboarding`
  expect(found).toHaveLength(COUNT)
  // A stage that a client soon leaves may be empty on some day, so the log says that it was reached.
  const reached = await owner<{ kind: string }[]>`SELECT DISTINCT kind FROM event`
  expect(reached.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['invited', 'accepted', 'declined', 'expired', 'gave_up', 'cancelled', 'completed']),
  )
  const stages = new Set(found.map(({ status }) => status))
  expect([...stages]).toEqual(expect.arrayContaining(['accepted', 'cancelled', 'completed', 'gave_up']))
  for (const row of found) {
    const { facts, now, wakeAt } = await with_.read({ practiceId, onboardingId: row.id })
    expect(statusAt(facts, now), row.id).toBe(row.status)
    const { blockedBy, move, since } = described(facts, now)
    expect({ blockedBy, move, since }).toEqual({ blockedBy: row.blocked_by, move: row.move, since: row.since })
    // Each onboarding is woken at its next move, none of them long past: the engine is not flooded.
    expect(wakeAt === null).toBe(nextMove(facts, now) === null)
    if (wakeAt !== null) expect(wakeAt).toBeGreaterThan(now - 30 * 60_000)
  }
  expect(await count(owner`SELECT count(DISTINCT kind) AS n FROM organisation`)).toBe(2)
  expect(await count(owner`SELECT count(*) AS n FROM message WHERE state IN ('bounced', 'failed')`)).toBeGreaterThan(0)
  expect(await count(owner`SELECT count(DISTINCT account_manager_id) AS n FROM onboarding`)).toBeGreaterThan(3)
  expect(
    await count(owner`SELECT count(DISTINCT institution) AS n FROM connection WHERE kind = 'bank'`),
  ).toBeGreaterThan(4)
}, 60_000)

test('the account manager at the creation of a client is in its log', async () => {
  const [told] = await with_.owner<{ n: number; wrong: number; none: number }[]>`
    SELECT count(*)::int AS n, count(*) FILTER (WHERE e.data->>'manager' IS DISTINCT FROM g.account_manager_id::text)::int AS wrong,
      count(*) FILTER (WHERE e.data->'manager' = 'null')::int AS none
    FROM event e JOIN onboarding o ON o.id = e.onboarding_id JOIN organisation g ON g.id = o.organisation_id
    WHERE e.kind = 'created'`
  expect(told).toMatchObject({ n: COUNT, wrong: 0 })
  expect(told?.none).toBeGreaterThan(0)
})

test('nothing seeded refers to what is not there, and all of it is the practice’s', async () => {
  const { owner } = with_
  const references = await owner<{ table: string; column: string; other: string }[]>`
    SELECT k.conrelid::regclass::text AS table, a.attname AS column, k.confrelid::regclass::text AS other
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND k.connamespace = 'public'::regnamespace`
  expect(references.length).toBeGreaterThan(30)
  for (const { table, column, other } of references) {
    const key = other === 'link_view' ? 'link_id' : 'id'
    const lost = await count(
      owner.unsafe(
        `SELECT count(*) AS n FROM ${table} WHERE ${column} IS NOT NULL AND ${column} NOT IN (SELECT ${key} FROM ${other})`,
      ) as never,
    )
    expect(lost, `${table}.${column}`).toBe(0)
  }
  // Events are numbered without a gap, as many as the row says.
  expect(
    await count(owner`
    SELECT count(*) AS n FROM onboarding o WHERE fact_seq <> (SELECT count(*) FROM event e WHERE e.onboarding_id = o.id)
      OR fact_seq <> (SELECT max(seq) FROM event e WHERE e.onboarding_id = o.id)`),
  ).toBe(0)
  expect(await count(owner`SELECT count(*) AS n FROM event WHERE practice_id <> ${practiceId}`)).toBe(0)
})

test('whose matching is done has every shared account of its banks matched, or said to have no match', async () => {
  const [found] = await with_.owner<{ accounts: number; unmatched: number }[]>`
    SELECT count(*)::int AS accounts, count(*) FILTER (WHERE m.bank_account_id IS NULL)::int AS unmatched
    FROM onboarding_step s JOIN connection c ON c.onboarding_id = s.onboarding_id AND c.kind = 'bank' AND c.state = 'connected'
      JOIN shared_account a ON a.connection_id = c.id LEFT JOIN account_mapping m ON m.bank_account_id = a.id
    WHERE s.kind = 'mapping' AND s.way = 'connect' AND s.done_at IS NOT NULL`
  expect(found?.accounts).toBeGreaterThan(50)
  expect(found?.unmatched).toBe(0)
})

test('a live link of a seeded client opens, and the keys of its reminders hold its own instants', async () => {
  const { owner } = with_
  const links = await owner<{ id: string; token: Buffer }[]>`
    SELECT id, token_sha256 AS token FROM link WHERE ended_at IS NULL`
  expect(links.length).toBeGreaterThan(50)
  for (const { id, token } of links) expect(token).toEqual(sha256(tokenOf(linkKeys, { id, keyId: 'k1' })))
  const reminded = await owner<{ told: boolean }[]>`
    SELECT EXISTS (SELECT FROM event e WHERE e.onboarding_id = o.id AND e.kind = 'client_touched'
      AND e.key LIKE o.client_series || ':' || o.client_touch_n || ':%') AS told
    FROM onboarding o WHERE o.client_series IS NOT NULL`
  expect(reminded.length).toBeGreaterThan(20)
  expect(reminded.every(({ told }) => told)).toBe(true)
})

test('the conversion report over it counts what the log says, and looks like a practice’s', async () => {
  const now = new Date()
  const read = (asOf?: Date) =>
    with_.api.db.inPractice(practiceId, (tx) => readConversion(tx, 'Europe/London', now, { of: 'all' }, asOf))
  const report = await read()
  expect(report).toEqual(await read(new Date(now.getTime() + 3_600_000)))
  const mature = report.cohorts.flatMap((row) => row.horizons.filter((one) => one.days === 14 && one.mature))
  const [eligible, converted] = [mature.map((one) => one.eligible), mature.map((one) => one.converted)].map((all) =>
    all.reduce((sum, n) => sum + n, 0),
  )
  expect(eligible).toBeGreaterThan(100)
  expect((converted ?? 0) / (eligible ?? 1)).toBeGreaterThan(0.45)
  expect((converted ?? 0) / (eligible ?? 1)).toBeLessThan(0.85)
})

test('the demo practice begins with a client in each place, by its rules, once', async () => {
  const { owner } = with_
  const passwords = passwordOfEach(() => 'three words make one')
  await seedDemo(with_.database.ownerUrl, makeApiKey(), passwords, '1:the secret of this test')
  const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`
  expect(await keepDemoClients(owner, keys)).toBe(true)
  expect(await keepDemoClients(owner, keys)).toBe(false)
  const rows = await owner<{ name: string; stands: string }[]>`
    SELECT g.name, concat_ws(' ', o.status, o.blocked_by) AS stands FROM onboarding o
      JOIN organisation g ON g.id = o.organisation_id JOIN practice p ON p.id = o.practice_id
    WHERE p.slug = ${demoPractice.slug} ORDER BY g.name`
  expect(Object.fromEntries(rows.map(({ name, stands }) => [name, stands]))).toEqual({
    'Copper Kettle Catering Ltd': 'invited acceptance',
    'Fairfield Farms Partners': 'declined declined',
    'Granary Row Coffee Ltd': 'accepted more_banks',
    'Kestrel Cycles Ltd': 'completed',
    'Larkfield Nurseries Ltd': 'accepted another_bank',
    'Lowther Print Ltd': 'completed',
    'Megan Hughes': 'accepted books',
    'Old Mill Ceramics Ltd': 'expired expired',
    'Orchard Lane Dental Ltd': 'accepted bank_failed',
    'Pennine Joinery LLP': 'invited bounced',
    'Saltmarsh Smokehouse Ltd': 'completed',
    'Silver Birch Lettings Ltd': 'not_invited not_invited',
    'Tidewater Physio Ltd': 'accepted mapping',
  })
  // The further bank was asked for by mail, which has left.
  const asked = await owner<{ bank: string; mail: string }[]>`
    SELECT b.institution_name AS bank, m.state AS mail FROM bank_ask b
      JOIN message m ON m.onboarding_id = b.onboarding_id AND m.purpose = 'another_bank'`
  expect(asked).toMatchObject([{ bank: 'Meridian', mail: 'delivered' }])
  const days = await owner<{ name: string; left: number }[]>`
    SELECT g.name, ceil(extract(epoch FROM c.access_until - now()) / 86400)::int AS left FROM connection c
      JOIN organisation g ON g.id = c.organisation_id JOIN practice p ON p.id = c.practice_id
    WHERE p.slug = ${demoPractice.slug} AND c.kind = 'bank' AND c.access_until < now() + interval '14 days' ORDER BY 2`
  expect(days).toMatchObject([
    { name: 'Lowther Print Ltd', left: -2 },
    { name: 'Saltmarsh Smokehouse Ltd', left: 6 },
  ])
}, 120_000)

test('the list reads it, and a second seeding adds to it', async () => {
  const page = () =>
    with_.api.db.inPractice(practiceId, (tx) =>
      readPage(tx, { ...EVERYTHING, sight: { of: 'all' }, sort: 'waiting', limit: 50 }),
    )
  expect((await page()).length).toBeGreaterThan(20)
  const { colleagues, teams } = await keepColleagues(with_.owner, practiceId)
  expect(await writeHistory(with_.owner, { practiceId, count: 30, weeks: 4, linkKeys, colleagues, teams })).toBe(
    COUNT + 30,
  )
  const own = with_.owner`SELECT count(DISTINCT reference) AS n FROM organisation WHERE practice_id = ${practiceId}`
  expect(await count(own)).toBe(COUNT + 30)
})

test('the longest waiting client of a board column is the first of an index: no other is passed', async () => {
  const longest = (tx: Tx, column: Column) =>
    readIds(tx, {
      ...EVERYTHING,
      conditions: [conditionOfColumn(column)],
      sight: { of: 'all' },
      sort: 'waiting',
      limit: 1,
    })
  const passed = await with_.worker.db.inPractice(practiceId, async (tx) => {
    await tx`SET LOCAL enable_seqscan = off`
    const countRead = async (): Promise<number> => {
      const [row] = await tx`SELECT idx_tup_fetch::int AS n FROM pg_stat_xact_user_tables WHERE relname = 'onboarding'`
      return row?.n
    }
    const read: [Column, number][] = []
    for (const column of ['not_invited', 'invited', 'unanswered'] as const) {
      const before = await countRead()
      expect(await longest(tx, column), column).toHaveLength(1)
      read.push([column, (await countRead()) - before])
    }
    return read
  })
  // One of each status.
  expect(passed).toEqual([
    ['not_invited', 1],
    ['invited', 1],
    ['unanswered', 2],
  ])
})

test('a seeding that the database refuses says why, and leaves nothing', async () => {
  const { owner } = with_
  const before = await count(owner`SELECT count(*) AS n FROM onboarding`)
  await owner`ALTER TABLE event ADD CONSTRAINT nothing_more CHECK (false) NOT VALID`
  try {
    const seeding = writeHistory(owner, { practiceId, count: 30, weeks: 8, linkKeys })
    await expect(seeding).rejects.toThrow('nothing_more')
    expect(await count(owner`SELECT count(*) AS n FROM onboarding`)).toBe(before)
  } finally {
    await owner`ALTER TABLE event DROP CONSTRAINT nothing_more`
  }
}, 60_000)
