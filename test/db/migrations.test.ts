import { createHash, randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'

const files = readdirSync(new URL('../../db/migrations/', import.meta.url)).sort()
const name = `empty_${randomUUID().replaceAll('-', '')}`
let server: postgres.Sql
let sql: postgres.Sql
let url: string

beforeAll(async () => {
  server = postgres(inject('EMBARK_TEST_PG_URL'), { max: 1, onnotice: () => {} })
  await server`CREATE DATABASE ${server(name)}`
  const address = new URL(inject('EMBARK_TEST_PG_URL'))
  address.pathname = `/${name}`
  url = address.href
  sql = postgres(url, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await sql?.end()
  await server`DROP DATABASE IF EXISTS ${server(name)} WITH (FORCE)`
  await server.end()
})

test('a new file that sorts before an applied one is refused, both by name, and nothing is applied', async () => {
  await sql`CREATE TABLE migration (
    name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`
  await sql`INSERT INTO migration (name, sha256) VALUES ('9998_later.sql', 'any'), ('9999_latest.sql', 'any')`
  await expect(migrate(url)).rejects.toThrow(
    `${files[0]} is new but sorts before 9999_latest.sql, which has been applied`,
  )
  expect(await sql`SELECT name FROM migration WHERE name < '9'`).toEqual([])
  await sql`DROP TABLE migration`
})

test('five migrations of an empty database at once apply every file once', async () => {
  const applied = (await Promise.all(Array.from({ length: 5 }, () => migrate(url)))).flat()
  expect(applied.sort()).toEqual(files)
  const rows = await sql<{ name: string }[]>`SELECT name FROM migration ORDER BY name`
  expect(rows.map((row) => row.name)).toEqual(files)
})

/** Runs `work` with a database as it was before the migration `first`; `goOn` applies that and all later ones. */
async function from(first: string, work: (old: postgres.Sql, goOn: () => Promise<unknown>) => Promise<void>) {
  const before = `before_${randomUUID().replaceAll('-', '')}`
  await server`CREATE DATABASE ${server(before)}`
  const old = postgres(url.replace(name, before), { max: 1, onnotice: () => {} })
  try {
    await old`CREATE TABLE migration (
      name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`
    for (const file of files.filter((one) => one < first)) {
      const text = await readFile(new URL(`../../db/migrations/${file}`, import.meta.url), 'utf8')
      await old.begin(async (tx) => {
        await tx.unsafe(text)
        await tx`INSERT INTO migration VALUES (${file}, ${createHash('sha256').update(text).digest('hex')})`
      })
    }
    await work(old, () => migrate(url.replace(name, before)))
  } finally {
    await old.end()
    await server`DROP DATABASE ${server(before)} WITH (FORCE)`
  }
}

test('the tokens of a ledger connection from before sign-ins go on as a sign-in of its own', () =>
  from('0140_sign_ins.sql', async (old, goOn) => {
    const [practice, session, standing, ended] = Array.from({ length: 4 }, () => randomUUID()) as [
      string,
      string,
      string,
      string,
    ]
    await old`INSERT INTO practice (id, slug, name, notification_email)
      VALUES (${practice}, 'marsh-lowe', 'Marsh & Lowe', 'office@marsh.example')`
    // Other rows that these would belong to are of no matter here.
    await old`SET session_replication_role = replica`
    await old`INSERT INTO auth_session (id, practice_id, onboarding_id, step, provider, opened_by, status, status_at, created_at, expires_at)
      VALUES (${session}, ${practice}, ${randomUUID()}, 'books', 'xero', 'client', 'done', now(), now(), now())`
    for (const [id, state] of [
      [standing, 'connected'],
      [ended, 'replaced'],
    ] as const) {
      await old`INSERT INTO connection (id, practice_id, onboarding_id, organisation_id, session_id, kind, provider, external_id,
          tokens_sealed, state, consent_given_at, created_at)
        VALUES (${id}, ${practice}, ${randomUUID()}, ${randomUUID()}, ${state === 'connected' ? session : randomUUID()}, 'books', 'xero', ${id},
          ${`sealed for ${id}`}, ${state}, now(), now())`
    }
    await goOn()
    expect(await old`SELECT id, practice_id, provider, opened_by, tokens_sealed FROM sign_in`).toEqual([
      {
        id: standing,
        practice_id: practice,
        provider: 'xero',
        opened_by: 'client',
        tokens_sealed: `sealed for ${standing}`,
      },
    ])
    const rows = await old`SELECT id, sign_in_id FROM connection ORDER BY state`
    expect(rows.map((row) => row.sign_in_id)).toEqual([standing, null])
  }))

test('the software of a client from before is what is connected or was noted, else to be found out', () =>
  from('0157_software_of_clients.sql', async (old, goOn) => {
    const practice = randomUUID()
    await old`INSERT INTO practice (id, slug, name, notification_email)
      VALUES (${practice}, 'marsh-lowe', 'Marsh & Lowe', 'office@marsh.example')`
    // Other rows that these would belong to are of no matter here.
    await old`SET session_replication_role = replica`
    const clients = [
      { name: 'Connected', noted: 'sage', provider: 'xero', by: 'practice' },
      { name: 'Noted', noted: 'sage', provider: null, by: 'practice' },
      { name: 'Not noted', noted: null, provider: null, by: 'practice' },
      { name: 'Theirs', noted: null, provider: null, by: 'client' },
    ]
    for (const { name, noted, provider, by } of clients) {
      const [g, o] = [randomUUID(), randomUUID()]
      await old`INSERT INTO organisation (id, practice_id, name, kind, country, currency, software)
        VALUES (${g}, ${practice}, ${name}, 'business', 'GB', 'GBP', ${noted})`
      await old`INSERT INTO onboarding (id, practice_id, organisation_id, window_days, give_up_days, invited_at, expires_at, accepted_at, blocked_by, move, also_blocked_by, also_move)
        VALUES (${o}, ${practice}, ${g}, 7, 90, now(), now() + interval '7 days', now(), 'bank_failed', 'client', 'books', ${by})`
      await old`INSERT INTO onboarding_step (practice_id, onboarding_id, kind, owner)
        VALUES (${practice}, ${o}, 'books', ${by}), (${practice}, ${o}, 'bank', 'client')`
      if (provider) {
        await old`INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, external_id,
            state, consent_given_at, created_at)
          VALUES (${practice}, ${o}, ${g}, ${randomUUID()}, 'books', ${provider}, 'x', 'connected', now(), now())`
      }
    }
    await goOn()
    const rows = await old`
      SELECT g.name, g.software, o.blocked_by, o.also_blocked_by, string_agg(s.way, ' ' ORDER BY s.kind) AS ways
      FROM organisation g JOIN onboarding o ON o.organisation_id = g.id JOIN onboarding_step s ON s.onboarding_id = o.id
      GROUP BY g.id, o.id ORDER BY g.name`
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['Connected', 'xero', 'bank_failed', 'books', 'connect connect'],
      ['Not noted', 'unknown', 'bank_failed', 'software_unknown', 'connect find_out'],
      ['Noted', 'sage', 'bank_failed', 'books', 'connect connect'],
      ['Theirs', 'unknown', 'bank_failed', 'books', 'connect find_out'],
    ])
  }))

test('migrating again changes nothing', async () => {
  expect(await migrate(url)).toEqual([])
})

test('a file that was changed after it had been applied is refused by name', async () => {
  const changed = files[1] ?? ''
  const [row] = await sql<{ sha256: string }[]>`SELECT sha256 FROM migration WHERE name = ${changed}`
  await sql`UPDATE migration SET sha256 = 'another' WHERE name = ${changed}`
  await expect(migrate(url)).rejects.toThrow(`${changed} was changed after it had been applied`)
  await sql`UPDATE migration SET sha256 = ${row?.sha256 ?? ''} WHERE name = ${changed}`
  expect(await migrate(url)).toEqual([])
})

test('no two files have the same number', () => {
  expect(new Set(files.map((file) => file.slice(0, 4))).size).toBe(files.length)
})
