import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpoints } from '../../api/staff/endpoints.ts'
import { type StaffApi, startStaffApi, type TestPractice } from './staffHarness.ts'

type Operation = { parameters?: { in: string; name: string }[]; requestBody?: unknown }

/** A body that each operation would take, so that only the tenant can be what refuses it. A new operation needs one. */
const BODIES: Record<string, unknown> = {
  'post /api/v1/onboardings/{id}/invitations': { email: 'thief@elsewhere.example', name: 'Thief', channels: ['email'] },
  'post /api/v1/onboardings/{id}/links': { send: null },
  'post /api/v1/onboardings/{id}/extend': { until: new Date(Date.now() + 20 * 86_400_000).toISOString() },
  'post /api/v1/onboardings/{id}/snooze': { until: new Date(Date.now() + 86_400_000).toISOString() },
  'post /api/v1/onboardings/{id}/decline': { reason: 'other' },
  'post /api/v1/onboardings/{id}/cancel': { reason: 'Theft' },
  'post /api/v1/onboardings/{id}/reopen': { steps: ['bank'] },
  'post /api/v1/onboardings/{id}/steps/{step}/skip': { because: 'not_needed' },
  'post /api/v1/onboardings/{id}/steps/{step}/complete': { evidence: 'None' },
  'patch /api/v1/onboardings/{id}/steps/{step}': { owner: 'client' },
  'patch /api/v1/organisations/{id}': { name: 'Stolen' },
  'put /api/v1/organisations/{id}/manager': { manager: null },
  'put /api/v1/organisations/{id}/access': { everyone: true },
  'patch /api/v1/drafts/{id}': { step: 'details' },
  'post /api/v1/drafts/{id}/connections': { provider: 'xero' },
  'post /api/v1/onboardings/{id}/connections': { step: 'books', provider: 'xero' },
  'post /api/v1/connections/{id}/mapping': {
    matches: [{ bankAccount: '00000000-0000-7000-8000-000000000000', ledgerAccount: null }],
  },
}

let api: StaffApi
let thief: TestPractice
let victim: { id: string; organisationId: string; draftId: string; connectionId: string; text: string }

beforeAll(async () => {
  api = await startStaffApi()
  thief = await api.createPractice()
  const { id, organisation } = await api.create({
    organisation: { name: 'Harbour Secrets Ltd', practiceCode: 'SECRET1' },
    invitation: { name: 'Jo', email: 'victim@harbour.example' },
  })
  await api.post(`onboardings/${id}/links`)
  const [session] = await api.owner<{ id: string }[]>`
    INSERT INTO auth_session (practice_id, onboarding_id, step, provider, opened_by, status_at, created_at, expires_at)
    VALUES (${api.practice.id}, ${id}, 'bank', 'test', 'client', now(), now(), now()) RETURNING id`
  const [connection] = await api.owner<{ id: string }[]>`
    INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, external_id, state,
      consent_given_at, created_at)
    VALUES (${api.practice.id}, ${id}, ${organisation.id}, ${session!.id}, 'bank', 'test', '1', 'connected', now(), now())
    RETURNING id`
  const draft = await api.post('drafts', { data: { organisation: { name: 'Secret Draft Ltd' } } })
  victim = { id, organisationId: organisation.id, draftId: draft.body.id, connectionId: connection!.id, text: '' }
  victim.text = await snapshot()
})
afterAll(() => api?.stop())

/** Everything the victim's practice has, as text. */
async function snapshot(): Promise<string> {
  const tables = await api.owner<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'practice_id' ORDER BY 1`
  const rows = await Promise.all(
    tables.map(
      ({ name }) =>
        api.owner`SELECT to_jsonb(t)::text AS row FROM ${api.owner(name)} t
          WHERE practice_id = ${api.practice.id} ORDER BY 1`,
    ),
  )
  return JSON.stringify(rows)
}

describe('no tenant can read or change another’s onboarding', () => {
  test('through any operation of the document', async () => {
    const { body } = await api.call('/openapi.json', { key: null })
    const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, found]) =>
      Object.entries(found).map(([method, operation]) => ({ method, path, operation })),
    )
    expect(operations).toHaveLength(endpoints.length)
    const tried: string[] = []
    for (const { method, path, operation } of operations) {
      if (!path.includes('{id}')) continue
      const name = `${method} ${path}`
      const given = BODIES[name]
      if (operation.requestBody && !given) throw new Error(`say in BODIES what ${name} takes`)
      const id = path.includes('/connections/{id}')
        ? victim.connectionId
        : path.includes('/organisations/{id}')
          ? victim.organisationId
          : path.includes('/drafts/{id}')
            ? victim.draftId
            : victim.id
      const answer = await api.call(path.replace('{id}', id).replace('{step}', 'bank'), {
        method: method.toUpperCase(),
        key: thief.key,
        ...(method !== 'get' && { body: given ?? {} }),
      })
      expect([name, answer.status, answer.body.code]).toEqual([name, 404, 'not_found'])
      tried.push(name)
    }
    expect(tried.length).toBeGreaterThanOrEqual(17)
    expect(await snapshot()).toBe(victim.text)
  })

  test('nor through lists, searches, reports or messages of refusal', async () => {
    const reads = [
      'onboardings',
      'onboardings?sort=waiting',
      'onboardings?status=invited&status=expired',
      'onboardings?blockedBy=sending',
      'onboardings?view=us',
      'onboardings?view=attention&sort=waiting',
      'onboardings?q=harbour',
      'onboardings?q=SECRET1',
      'onboardings?q=victim@harbour.example',
      'drafts',
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
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT IN ('rate_limit', 'migration') ORDER BY 1`
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
      expect(await sql`SELECT * FROM search_organisations('harbour', 10)`).toHaveLength(0)
      expect(await sql`SELECT * FROM organisation_by_code('SECRET1')`).toHaveLength(0)
      expect(await sql`SELECT * FROM organisations_named('Harbour Secrets Ltd', 5)`).toHaveLength(0)
    } finally {
      await sql.end()
    }
  })

  test('every table with a tenant has row-level security', async () => {
    const open = await api.owner<{ name: string }[]>`
      SELECT c.relname AS name FROM pg_class c JOIN information_schema.columns k ON k.table_name = c.relname
      WHERE k.table_schema = 'public' AND k.column_name = 'practice_id' AND c.relkind = 'r' AND NOT c.relrowsecurity`
    expect(open.map((one) => one.name)).toEqual([])
  })
})
