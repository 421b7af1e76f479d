import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { resolveApiKey, resolveLink, resolveMessage, resolveOnboarding, resolveSession } from '../../db/resolve.ts'
import { ask } from '../domain/onboardings.ts'
import { type EngineAway, startEngineAway } from './engineAway.ts'

let with_: EngineAway
let ours: { practiceId: string; onboardingId: string }
let theirs: { practiceId: string; onboardingId: string }

beforeAll(async () => {
  with_ = await startEngineAway()
  ours = await with_.create(await with_.createPractice(), ['email', 'sms'], 'Harbour Bakery Ltd')
  theirs = await with_.create(await with_.createPractice(), ['email'], 'Harbour Lights Ltd')
  await with_.insertLink(ours)
  await with_.insertLink(theirs)
})
afterAll(() => with_?.stop())

/** Tables of the server itself, which hold nothing of a practice's clients and are not seen by practice. */
const NOT_OF_A_TENANT = ['migration', 'rate_limit']

const tables = () =>
  with_.owner<{ name: string; secured: boolean; tenant: boolean; using: string | null; check: string | null }[]>`
    SELECT c.relname AS name, c.relrowsecurity AS secured,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'practice_id') AS tenant,
      string_agg(pg_get_expr(p.polqual, p.polrelid), ' ') AS using,
      string_agg(pg_get_expr(p.polwithcheck, p.polrelid), ' ') AS check
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.oid ORDER BY 1`

const ROLES = ['api', 'worker'] as const
const urlOf = (role: (typeof ROLES)[number]) => with_.database[`${role}Url`]

/** Runs `work` as a role, with a tenant or, with null, without one; nothing is kept. */
async function as<T>(
  role: (typeof ROLES)[number],
  practiceId: string | null,
  work: (sql: postgres.TransactionSql) => Promise<T>,
) {
  const sql = postgres(urlOf(role), { max: 1, onnotice: () => {} })
  const undo = new Error('nothing is kept')
  let result: T | undefined
  try {
    await sql
      .begin(async (tx) => {
        if (practiceId !== null) await tx`SELECT set_config('app.practice_id', ${practiceId}, true)`
        result = await work(tx)
        throw undo
      })
      .catch((error) => {
        if (error !== undo) throw error
      })
    return result as T
  } finally {
    await sql.end()
  }
}

describe('row-level security', () => {
  test('every table of a tenant has it, with a policy on its practice', async () => {
    const all = await tables()
    expect(all.length).toBeGreaterThan(15)
    for (const table of all.filter((one) => !NOT_OF_A_TENANT.includes(one.name))) {
      expect(table.secured, table.name).toBe(true)
      expect(table.tenant || table.name === 'practice', table.name).toBe(true)
      expect(table.using, table.name).toContain('current_practice()')
      if (table.tenant) expect(table.check, table.name).toBe(table.using)
    }
    expect(all.filter((one) => !one.tenant && one.name !== 'practice').map((one) => one.name)).toEqual(NOT_OF_A_TENANT)
  })

  test('neither role owns a table, is a superuser or may pass by it', async () => {
    const roles = await with_.owner`
      SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
        (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owns,
        (SELECT count(*)::int FROM pg_auth_members WHERE member = r.oid) AS memberships
      FROM pg_roles r WHERE rolname IN ('embark_api', 'embark_worker') ORDER BY 1`
    const plain = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      owns: 0,
      memberships: 0,
    }
    expect([...roles]).toEqual([
      { rolname: 'embark_api', ...plain },
      { rolname: 'embark_worker', ...plain },
    ])
  })

  test.each(ROLES)('without a tenant %s sees no row of any table', async (role) => {
    const names = (await tables()).map((one) => one.name).filter((name) => !NOT_OF_A_TENANT.includes(name))
    await as(role, null, async (sql) => {
      for (const name of names) {
        const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM ${sql(name)}`
        expect(row?.n, name).toBe(0)
      }
    })
  })

  test.each(ROLES)('with a tenant %s sees that practice’s rows and no others', async (role) => {
    const names = (await tables()).filter((one) => one.tenant).map((one) => one.name)
    await as(role, ours.practiceId, async (sql) => {
      const seen: string[] = []
      for (const name of names) {
        const rows = await sql<{ practice_id: string }[]>`SELECT DISTINCT practice_id FROM ${sql(name)}`
        for (const row of rows) expect(row.practice_id, name).toBe(ours.practiceId)
        if (rows.length > 0) seen.push(name)
      }
      expect(seen).toEqual(
        expect.arrayContaining(['event', 'invitation', 'link', 'message', 'onboarding', 'organisation']),
      )
      expect(await sql`SELECT id FROM practice`).toHaveLength(1)
    })
  })

  test('a reused connection sees no rows after a transaction with a tenant, committed or not', async () => {
    const db = openDatabase(with_.database.apiUrl, 1)
    const count = async () => {
      const [row] = await db.sql<{ n: number; tenant: string | null }[]>`
        SELECT count(*)::int AS n, current_setting('app.practice_id', true) AS tenant FROM onboarding`
      return row
    }
    try {
      await db.inPractice(ours.practiceId, async (tx) => expect(await tx`SELECT FROM onboarding`).toHaveLength(1))
      expect(await count()).toEqual({ n: 0, tenant: '' })
      await expect(
        db.inPractice(ours.practiceId, async () => {
          throw new Error('changed our mind')
        }),
      ).rejects.toThrow('changed our mind')
      expect(await count()).toEqual({ n: 0, tenant: '' })
    } finally {
      await db.close()
    }
  })

  test('a tenant that is no practice sees nothing; one that is no id fails', async () => {
    expect(await as('api', randomUUID(), (sql) => sql`SELECT FROM organisation`)).toHaveLength(0)
    await expect(as('api', "x' OR true", (sql) => sql`SELECT FROM organisation`)).rejects.toThrow(
      'invalid input syntax',
    )
  })

  test.each(ROLES)('%s can neither insert for, move to, change nor delete from another practice', async (role) => {
    const insert = (sql: postgres.TransactionSql, practiceId: string) => sql`
      INSERT INTO organisation (practice_id, name, kind, country, currency)
      VALUES (${practiceId}, 'Foreign Ltd', 'business', 'GB', 'GBP')`
    await expect(as(role, ours.practiceId, (sql) => insert(sql, theirs.practiceId))).rejects.toThrow(
      'row-level security',
    )
    await expect(as(role, null, (sql) => insert(sql, ours.practiceId))).rejects.toThrow('row-level security')
    await expect(
      as(role, ours.practiceId, (sql) => sql`UPDATE organisation SET practice_id = ${theirs.practiceId}`),
    ).rejects.toThrow('row-level security')
    const touched = await as(role, ours.practiceId, async (sql) => [
      (await sql`UPDATE onboarding SET move = 'us' WHERE id = ${theirs.onboardingId}`).count,
      (await sql`UPDATE message SET state = 'sent' WHERE onboarding_id = ${theirs.onboardingId}`).count,
      (await sql`DELETE FROM idempotency_key WHERE practice_id = ${theirs.practiceId}`).count,
    ])
    expect(touched).toEqual([0, 0, 0])
  })

  test('no command reaches another practice’s onboarding', async () => {
    const foreign = { practiceId: ours.practiceId, onboardingId: theirs.onboardingId }
    for (const command of [ask.cancel(), ask.invite(), ask.skip('bank'), { do: 'provision' } as const]) {
      expect(await with_.perform(foreign, command)).toEqual({ result: 'not_found' })
    }
    expect((await with_.read(theirs)).facts.instants.cancelled).toBeNull()
  })
})

describe('the log', () => {
  test.each(ROLES)('%s can append to it, and neither change nor delete what is there', async (role) => {
    const forbidden = [
      (sql: postgres.TransactionSql) => sql`UPDATE event SET data = '{}'`,
      (sql: postgres.TransactionSql) => sql`DELETE FROM event`,
      (sql: postgres.TransactionSql) => sql`TRUNCATE event`,
    ]
    for (const attempt of forbidden) {
      await expect(as(role, ours.practiceId, attempt)).rejects.toThrow('permission denied')
    }
    const [row] = await with_.owner<
      { can: boolean }[]
    >`SELECT has_table_privilege(${`embark_${role}`}, 'event', 'INSERT') AS can`
    expect(row?.can).toBe(true)
  })

  test('one fact is recorded once: same kind and key, or same number, are refused', async () => {
    const append = (seq: number, kind: string, key: string) =>
      as(
        'api',
        ours.practiceId,
        (sql) => sql`
        INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, actor_type)
        VALUES (${ours.practiceId}, ${ours.onboardingId}, ${seq}, ${kind}, ${key}, now(), 'system')`,
      )
    await expect(append(99, 'created', '')).rejects.toThrow('event_onboarding_id_kind_key_key')
    await expect(append(1, 'cancelled', 'new')).rejects.toThrow('event_pkey')
    expect((await append(99, 'cancelled', 'new')).count).toBe(1)
  })

  test('what must last is deleted by no role', async () => {
    const lasting = [
      'organisation',
      'onboarding',
      'onboarding_step',
      'event',
      'invitation',
      'link',
      'message',
      'connection',
      'api_key',
    ]
    for (const role of ROLES) {
      for (const table of lasting) {
        const [row] = await with_.owner<
          { can: boolean }[]
        >`SELECT has_table_privilege(${`embark_${role}`}, ${table}, 'DELETE') AS can`
        expect(row?.can, `${role} ${table}`).toBe(false)
      }
    }
  })
})

describe('functions that look past it', () => {
  const definers = () =>
    with_.owner<{ name: string; config: string[] | null; returns: string; source: string; public: boolean }[]>`
      SELECT p.proname AS name, p.proconfig AS config, pg_get_function_result(p.oid) AS returns, p.prosrc AS source,
        has_function_privilege('public', p.oid, 'EXECUTE') AS public
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef ORDER BY 1`

  /** What they may answer besides ids: scopes of a key, and which run is amiss since when. */
  const ANSWERS = [
    'practice_id uuid',
    'id uuid',
    'onboarding_id uuid',
    'scopes text[]',
    'run integer',
    'why text',
    'since timestamp with time zone',
  ]

  test('each has a pinned search path, is not public, and answers whose a thing is and nothing more', async () => {
    const found = await definers()
    expect(found.length).toBeGreaterThan(7)
    for (const { name, config, returns, source, public: open } of found) {
      expect(config, name).toEqual(['search_path=pg_catalog, public, pg_temp'])
      expect(open, name).toBe(false)
      // One that keeps to the tenant by an explicit predicate may answer more.
      if (source.includes('practice_id = current_practice()')) continue
      const columns = returns.replace(/^TABLE\(|\)$/g, '').split(', ')
      for (const column of columns) expect(ANSWERS, `${name}: ${column}`).toContain(column)
    }
  })

  test('each role has those it needs', async () => {
    const grants = await with_.owner<{ role: string; names: string[] }[]>`
      SELECT r.rolname AS role, array_agg(p.proname::text ORDER BY p.proname) AS names FROM pg_proc p CROSS JOIN pg_roles r
      WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND r.rolname IN ('embark_api', 'embark_worker')
        AND has_function_privilege(r.oid, p.oid, 'EXECUTE') GROUP BY 1 ORDER BY 1`
    const [api, worker] = grants
    expect(api?.names).not.toContain('onboardings_to_reconcile')
    expect(worker?.names).not.toContain('resolve_api_key')
    expect(worker?.names).not.toContain('search_organisations')
  })

  test('they find whose a thing is, and nothing for what is unknown', async () => {
    const { db } = with_.api
    const [made] = await with_.owner<{ hash: Buffer; message: string }[]>`
      SELECT l.token_sha256 AS hash, m.id AS message FROM link l JOIN message m USING (onboarding_id)
      WHERE onboarding_id = ${ours.onboardingId} LIMIT 1`
    expect(await resolveLink(db, made?.hash ?? Buffer.alloc(32))).toMatchObject(ours)
    expect(await resolveMessage(db, made?.message ?? '')).toMatchObject(ours)
    expect(await resolveOnboarding(db, ours.onboardingId)).toBe(ours.practiceId)
    expect(await resolveLink(db, Buffer.alloc(32))).toBeNull()
    expect(await resolveApiKey(db, Buffer.alloc(32))).toBeNull()
    expect(await resolveSession(db, randomUUID())).toBeNull()
    expect(await resolveOnboarding(db, randomUUID())).toBeNull()
  })

  test('a revoked key opens nothing', async () => {
    const hash = Buffer.alloc(32, 7)
    await with_.owner`INSERT INTO api_key (practice_id, name, key_sha256, scopes)
      VALUES (${ours.practiceId}, 'Demo', ${hash}, '{read}')`
    expect(await resolveApiKey(with_.api.db, hash)).toMatchObject({ practiceId: ours.practiceId, scopes: ['read'] })
    await with_.owner`UPDATE api_key SET revoked_at = now() WHERE key_sha256 = ${hash}`
    expect(await resolveApiKey(with_.api.db, hash)).toBeNull()
  })

  test('a search finds the tenant’s clients only, and takes % and _ as they are written', async () => {
    const search = (practiceId: string | null, term: string) =>
      as('api', practiceId, async (sql) => {
        const rows = await sql<{ name: string }[]>`
          SELECT o.name FROM search_organisations(${term}, 50) s JOIN organisation o USING (id)`
        return rows.map((row) => row.name)
      })
    expect(await search(ours.practiceId, 'HARBOUR')).toEqual(['Harbour Bakery Ltd'])
    expect(await search(theirs.practiceId, 'harbour')).toEqual(['Harbour Lights Ltd'])
    expect(await search(ours.practiceId, 'lights')).toEqual([])
    for (const term of ['%', '_arbour', 'h%r', '\\']) expect(await search(ours.practiceId, term), term).toEqual([])
    const ids = await as('api', null, (sql) => sql`SELECT id FROM search_organisations('harbour', 50)`)
    expect(ids).toHaveLength(0)
  })
})

describe('a client’s name and number', () => {
  test('the client reference is given once and never changes', async () => {
    const set = (reference: string | null) =>
      with_.owner`UPDATE organisation SET reference = ${reference}
        WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${ours.onboardingId})`
    await expect(set('EM-ILOU00')).rejects.toThrow('organisation_reference_check')
    await set('EM-7K2M9P')
    await set('EM-7K2M9P')
    await expect(set('EM-7K2M9Q')).rejects.toThrow('the client reference is immutable')
    await expect(set(null)).rejects.toThrow('the client reference is immutable')
    await expect(
      with_.owner`UPDATE organisation SET reference = 'EM-7K2M9P'
        WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${theirs.onboardingId})`,
    ).rejects.toThrow('organisation_reference_key')
  })

  test('a practice code belongs to one client of a practice, whatever its case, and may be another’s elsewhere', async () => {
    const add = (practiceId: string, code: string) => with_.owner`
      INSERT INTO organisation (practice_id, name, kind, country, currency, practice_code)
      VALUES (${practiceId}, 'Coded Ltd', 'business', 'GB', 'GBP', ${code})`
    await add(ours.practiceId, 'HB-1')
    await expect(add(ours.practiceId, 'hb-1')).rejects.toThrow('organisation_practice_code')
    await add(theirs.practiceId, 'hb-1')
  })
})
