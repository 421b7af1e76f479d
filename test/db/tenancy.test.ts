import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { ask } from '../domain/onboardings.ts'
import { forFile } from '../forFile.ts'
import { as, ROLES, startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)
let ours: { practiceId: string; onboardingId: string }
let theirs: { practiceId: string; onboardingId: string }

beforeAll(async () => {
  ours = await with_.create(await with_.createPractice(), ['email', 'sms'], 'Harbour Bakery Ltd')
  theirs = await with_.create(await with_.createPractice(), ['email'], 'Harbour Lights Ltd')
  await with_.ensureLink(ours)
  await with_.ensureLink(theirs)
})

/** Tables of the server itself, which hold nothing of a practice's clients and are not seen by practice. */
const NOT_OF_A_TENANT = ['account_mail', 'bank_outage', 'migration', 'provider_trouble', 'rate_limit']

const tables = () =>
  with_.owner<{ name: string; secured: boolean; tenant: boolean; using: string | null; check: string | null }[]>`
    SELECT c.relname AS name, c.relrowsecurity AS secured,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'practice_id') AS tenant,
      string_agg(pg_get_expr(p.polqual, p.polrelid), ' ') AS using,
      string_agg(pg_get_expr(p.polwithcheck, p.polrelid), ' ') AS check
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.oid ORDER BY 1`

/** Returns the tenants' tables that a role may read; the worker may not read tables it does not need. */
const readable = async (role: string) => {
  const granted = await with_.owner<{ name: string }[]>`
    SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND has_table_privilege(${`embark_${role}`}, oid, 'SELECT')`
  const names = granted.map((one) => one.name)
  return (await tables()).filter(({ name }) => names.includes(name) && !NOT_OF_A_TENANT.includes(name))
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

  test('no role owns a table, is a superuser or may pass by it', async () => {
    const roles = await with_.owner`
      SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
        (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owns,
        (SELECT count(*)::int FROM pg_auth_members WHERE member = r.oid) AS memberships
      FROM pg_roles r WHERE rolname IN ('embark_api', 'embark_auth', 'embark_worker') ORDER BY 1`
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
      { rolname: 'embark_auth', ...plain },
      { rolname: 'embark_worker', ...plain },
    ])
  })

  test.each(ROLES)('without a tenant %s sees no row of any table', async (role) => {
    const names = (await readable(role)).map((one) => one.name)
    expect(names.length).toBeGreaterThan(15)
    await as(with_.database, role, null, async (sql) => {
      for (const name of names) {
        const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM ${sql(name)}`
        expect(row?.n, name).toBe(0)
      }
    })
  })

  test.each(ROLES)('with a tenant %s sees that practice’s rows and no others', async (role) => {
    const names = (await readable(role)).filter((one) => one.tenant).map((one) => one.name)
    await as(with_.database, role, ours.practiceId, async (sql) => {
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
    expect(await as(with_.database, 'api', randomUUID(), (sql) => sql`SELECT FROM organisation`)).toHaveLength(0)
    await expect(as(with_.database, 'api', "x' OR true", (sql) => sql`SELECT FROM organisation`)).rejects.toThrow(
      'invalid input syntax',
    )
  })

  test.each(ROLES)('%s can neither insert for, move to, change nor delete from another practice', async (role) => {
    const insert = (sql: postgres.TransactionSql, practiceId: string) => sql`
      INSERT INTO organisation (practice_id, name, kind, country, currency)
      VALUES (${practiceId}, 'Foreign Ltd', 'business', 'GB', 'GBP')`
    await expect(as(with_.database, role, ours.practiceId, (sql) => insert(sql, theirs.practiceId))).rejects.toThrow(
      'row-level security',
    )
    await expect(as(with_.database, role, null, (sql) => insert(sql, ours.practiceId))).rejects.toThrow(
      'row-level security',
    )
    await expect(
      as(
        with_.database,
        role,
        ours.practiceId,
        (sql) => sql`UPDATE organisation SET practice_id = ${theirs.practiceId}`,
      ),
    ).rejects.toThrow('row-level security')
    const touched = await as(with_.database, role, ours.practiceId, async (sql) => [
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

describe('the sign-in', () => {
  test('is seen by its own role alone, which sees no other table', async () => {
    const tablesOf = (schema: string, role: string) => with_.owner<{ name: string }[]>`
      SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema} AND c.relkind = 'r'
        AND has_table_privilege(${role}, c.oid, 'SELECT, INSERT, UPDATE, DELETE') ORDER BY 1`
    for (const role of ['embark_api', 'embark_worker']) expect(await tablesOf('identity', role)).toHaveLength(0)
    expect(await tablesOf('public', 'embark_auth')).toHaveLength(0)
    expect((await tablesOf('identity', 'embark_auth')).map((one) => one.name)).toEqual([
      'account',
      'confirmed_sign_up',
      'known_place',
      'person',
      'second_factor',
      'session',
      'sign_up',
      'verification',
    ])
  })

  test('and no process makes support people', async () => {
    const [row] = await with_.owner<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_roles WHERE rolname LIKE 'embark_%' AND NOT rolsuper
        AND has_table_privilege(oid, 'identity.support_person', 'SELECT, INSERT, UPDATE, DELETE')`
    expect(row?.n).toBe(0)
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
      await expect(as(with_.database, role, ours.practiceId, attempt)).rejects.toThrow('permission denied')
    }
    const [row] = await with_.owner<
      { can: boolean }[]
    >`SELECT has_table_privilege(${`embark_${role}`}, 'event', 'INSERT') AS can`
    expect(row?.can).toBe(true)
  })

  test('one fact is recorded once: same kind and key, or same number, are refused', async () => {
    const append = (seq: number, kind: string, key: string) =>
      as(
        with_.database,
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

  test('no role deletes rows that must last', async () => {
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
