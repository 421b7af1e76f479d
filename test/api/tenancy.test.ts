import postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { forFile } from '../forFile.ts'
import { startStaffApi, type TestPractice } from './staffHarness.ts'

const api = forFile(startStaffApi)
let thief: TestPractice
let victim: { id: string }

beforeAll(async () => {
  thief = await api.createPractice()
  const { id } = await api.create({
    organisation: { name: 'Harbour Secrets Ltd', practiceCode: 'SECRET1' },
    invitation: { name: 'Jo', email: 'victim@harbour.example' },
  })
  victim = { id }
})

describe('no tenant can read or change another’s onboarding', () => {
  test('through lists, searches, reports or messages of refusal', async () => {
    const reads = [
      'onboardings',
      'onboardings?sort=waiting',
      'onboardings?status=invited&status=expired',
      'onboardings?blockedBy=sending',
      'onboardings?q=harbour',
      'onboardings?q=SECRET1',
      'onboardings?q=victim@harbour.example',
      'reports/conversion',
    ]
    for (const path of reads) {
      const answer = await api.call(path, { key: thief.key })
      expect(answer.status).toBe(200)
      expect(answer.body.items ?? answer.body.weeks, path).toEqual([])
      expect(answer.text).not.toContain(victim.id)
    }
    const same = { organisation: { name: 'Harbour Secrets Ltd', practiceCode: 'SECRET1' } }
    const created = await api.post('onboardings', same, { key: thief.key })
    expect(created.status).toBe(201)
    expect(created.body.notices).toEqual([])
  })

  test('a cursor of another practice leads to nothing of theirs', async () => {
    await api.create()
    const mine = await api.call('onboardings?limit=1')
    const theirs = await api.call(`onboardings?limit=1&cursor=${mine.body.nextCursor}`, { key: thief.key })
    expect(theirs.text).not.toContain(victim.id)
    expect(theirs.text).not.toContain('Harbour Bakery')
  })

  test('the caller’s own of the same kind works, so it is the tenant that refused', async () => {
    const own = await api.create({}, thief.key)
    expect((await api.call(`onboardings/${own.id}`, { key: thief.key })).status).toBe(200)
    expect((await api.post(`onboardings/${own.id}/cancel`, {}, { key: thief.key })).status).toBe(200)
  })
})

describe('SQL under the api role', () => {
  test('without a tenant, on a reused connection, sees and writes no rows', async () => {
    const sql = postgres(api.database.apiUrl, { max: 1, onnotice: () => undefined })
    try {
      await sql.begin(async (tx) => {
        await tx`SELECT set_config('app.practice_id', ${api.practice.id}, true)`
        const [row] = await tx<{ n: number }[]>`SELECT count(*)::int AS n FROM onboarding`
        expect(row?.n).toBeGreaterThan(0)
      })
      const tables = await api.owner<{ name: string }[]>`
        SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT IN ('rate_limit', 'migration', 'provider_trouble', 'bank_outage')
          AND has_table_privilege('embark_api', c.oid, 'SELECT') ORDER BY 1`
      expect(tables.length).toBeGreaterThan(15)
      for (const { name } of tables) {
        const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM ${sql(name)}`
        expect([name, row?.n]).toEqual([name, 0])
      }
      const updated = await sql`UPDATE onboarding SET snoozed_until = now()`
      expect(updated.count).toBe(0)
      await expect(
        sql`INSERT INTO text_opt_out (practice_id, phone) VALUES (${api.practice.id}, '+447400123456')`,
      ).rejects.toThrow(/row-level security/)
      expect(await sql`SELECT * FROM search_clients('harbour', NULL, 10)`).toHaveLength(0)
      expect(await sql`SELECT * FROM organisation_by_code('SECRET1')`).toHaveLength(0)
      expect(await sql`SELECT * FROM organisations_named('Harbour Secrets Ltd', 5)`).toHaveLength(0)
    } finally {
      await sql.end()
    }
  })

  test('every table with a tenant has row-level security', async () => {
    const open = await api.owner<{ name: string }[]>`
      SELECT c.relname AS name FROM pg_class c JOIN pg_attribute k ON k.attrelid = c.oid AND k.attname = 'practice_id'
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relrowsecurity`
    expect(open.map((one) => one.name)).toEqual([])
  })
})

test('an account that is no accounting practice is told so, by session and by key, and reaches no client', async () => {
  const practice = await api.createPractice()
  const cookie = await api.signIn(await api.createPerson('practice_admin', practice))
  const as = (method: string, path: string, body?: unknown) =>
    api.callAs(cookie, path, { method, ...(body !== undefined && { body }) })
  const key = { key: practice.key }
  expect((await api.call('onboardings', key)).status).toBe(200)
  await api.owner`UPDATE practice SET plan = 'business' WHERE id = ${practice.id}`
  const only = {
    code: 'practice_only',
    detail: 'This is for accounting practices. Write to us to change your account.',
  }
  for (const answer of [
    await as('GET', 'onboardings'),
    await as('POST', 'onboardings', { organisation: { name: 'Harbour Bakery Ltd' } }),
    await as('GET', 'practice'),
    await as('GET', 'live'),
    await api.call('onboardings', key),
  ]) {
    expect([answer.status, answer.body]).toMatchObject([403, only])
  }
  expect((await as('GET', 'me')).body).toMatchObject({
    rights: [],
    practice: { plan: 'business' },
    writeTo: 'hello@mail.embark.example',
  })
})
