import { execFile } from 'node:child_process'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.drop())

/** Runs an operator's command as its npm script does. Returns its exit code and what it printed. */
const run = (command: string, ...args: string[]) =>
  new Promise<string>((resolve) => {
    const env = { ...process.env, DATABASE_URL: database.ownerUrl }
    execFile('node', ['--import', 'tsx', `dev/${command}.ts`, ...args], { env }, (error, out, errors) =>
      resolve(`${error?.code ?? 0} ${out}${errors}`.trim()),
    )
  })

test('an operator’s command says what it did, or what is wrong and ends with 1', async () => {
  const sam = 'sam@embark.example'
  expect(await run('support')).toMatch(/^1 Usage: npm run support/)
  expect(await run('support', '--email', sam, '--end')).toBe(`1 ${sam} is not of support.`)
  expect(await run('support', '--email', sam, '--name', 'Sam')).toMatch(/^0 sam@embark.example is of support\./)
  expect(await run('lift', '--practice', 'nobody')).toBe('1 There is no practice "nobody".')
  expect(await run('key', '--practice', 'nobody', '--name', 'X')).toBe('1 There is no practice "nobody".')
})

test('the bank providers of a practice are set by name, and an unknown name is refused', async () => {
  const sql = postgres(database.ownerUrl, { max: 1 })
  await sql`INSERT INTO practice (slug, name, notification_email) VALUES ('elm', 'Elm & Co', 'office@elm.example')`
  const providers = async () => (await sql`SELECT bank_providers FROM practice WHERE slug = 'elm'`)[0]?.bank_providers
  const set = await run('banks', '--practice', 'elm', '--providers', 'plaid, truelayer')
  expect(set).toBe('0 elm connects banks through plaid, then truelayer.')
  expect(await providers()).toEqual(['plaid', 'truelayer'])
  expect(await run('banks', '--practice', 'elm', '--providers', 'plaid,other')).toMatch(/^1 "other" is none of/)
  expect(await run('banks', '--practice', 'elm')).toMatch(/^0 elm connects banks through every provider/)
  expect(await providers()).toBeNull()
  expect(await run('banks', '--practice', 'nobody')).toBe('1 There is no practice "nobody".')
  await sql.end()
})
