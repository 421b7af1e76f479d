import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'

const FOLDER = new URL('../../db/migrations/', import.meta.url)
const name = `older_${randomUUID().replaceAll('-', '')}`
let server: postgres.Sql
let sql: postgres.Sql
let url: string

/** Applies the migrations before the given one, as an earlier release did. */
async function migrateUntil(first: string): Promise<void> {
  await sql`CREATE TABLE migration (
    name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`
  for (const file of readdirSync(FOLDER).sort()) {
    if (file >= first) return
    const text = readFileSync(new URL(file, FOLDER), 'utf8')
    await sql.begin((tx) => tx.unsafe(text))
    const sha256 = createHash('sha256').update(text).digest('hex')
    await sql`INSERT INTO migration (name, sha256) VALUES (${file}, ${sha256})`
  }
}

beforeAll(async () => {
  server = postgres(inject('EMBARK_TEST_PG_URL'), { max: 1, onnotice: () => {} })
  await server`CREATE DATABASE ${server(name)}`
  const address = new URL(inject('EMBARK_TEST_PG_URL'))
  address.pathname = `/${name}`
  url = address.href
  sql = postgres(url, { max: 1, onnotice: () => {} })
  await migrateUntil('0095')
})
afterAll(async () => {
  await sql?.end()
  await server`DROP DATABASE IF EXISTS ${server(name)} WITH (FORCE)`
  await server.end()
})

/** Signs up as the previous release did: person and practice at once. */
async function signedUp(email: string, practice: string): Promise<{ person: string; practice: string }> {
  const [person] = await sql<{ id: string }[]>`
    INSERT INTO identity.person (name, email) VALUES ('Ada Dale', ${email}) RETURNING id`
  await sql`
    INSERT INTO identity.account (user_id, account_id, provider_id, password)
    VALUES (${person!.id}, ${person!.id}::text, 'credential', 'a hash')`
  const [made] = await sql<{ id: string }[]>`
    SELECT identity.found_practice(${person!.id}, ${practice}, 'GB', 'GBP', 'Europe/London') AS id`
  return { person: person!.id, practice: made!.id }
}

test('an upgrade drops what unconfirmed sign-ups own, and keeps who joined by a mailed invitation without their password', async () => {
  const confirmed = await signedUp('confirmed@older.example', 'Confirmed LLP')
  await sql`UPDATE identity.person SET email_verified = true WHERE id = ${confirmed.person}`
  const waiting = await signedUp('waiting@older.example', 'Waiting LLP')
  await sql`SELECT identity.note(${waiting.person}, 'sign_in_failed', '127.0.0.1')`
  const planted = await signedUp('planted@older.example', 'Planted LLP')
  await sql`INSERT INTO membership (practice_id, user_id, role) VALUES (${confirmed.practice}, ${planted.person}, 'standard')`
  await sql`
    INSERT INTO audit_event (practice_id, kind, actor_type, actor_id, subject_id)
    VALUES (${confirmed.practice}, 'member_joined', 'staff', ${planted.person}, ${planted.person})`
  const used = await signedUp('used@older.example', 'Used LLP')
  await sql`INSERT INTO api_key (practice_id, name, key_sha256, scopes)
    VALUES (${used.practice}, 'Made by an operator', sha256('x'), ARRAY['read'])`

  await migrate(url)

  const people = await sql`SELECT email FROM identity.person ORDER BY email`
  expect(people.map((one) => one.email)).toEqual(['confirmed@older.example', 'planted@older.example'])
  const practices = await sql`SELECT name FROM practice ORDER BY name`
  expect(practices.map((one) => one.name)).toEqual(['Confirmed LLP', 'Used LLP'])
  const passwords = await sql`SELECT user_id FROM identity.account`
  expect(passwords.map((one) => one.user_id)).toEqual([confirmed.person])
  const places = await sql`SELECT practice_id, user_id FROM membership ORDER BY created_at`
  expect(places.map((one) => [one.practice_id, one.user_id])).toEqual([
    [confirmed.practice, confirmed.person],
    [confirmed.practice, planted.person],
  ])
  const signUps = await sql`SELECT email, practice_name, password_hash FROM identity.sign_up ORDER BY email`
  expect(signUps.map((one) => ({ ...one }))).toEqual([
    { email: 'used@older.example', practice_name: 'Used LLP', password_hash: 'a hash' },
    { email: 'waiting@older.example', practice_name: 'Waiting LLP', password_hash: 'a hash' },
  ])
  await expect(
    sql`INSERT INTO identity.person (name, email, email_verified) VALUES ('X', 'x@x.example', false)`,
  ).rejects.toThrow('address_is_confirmed')
})
