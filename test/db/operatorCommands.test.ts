import { execFile } from 'node:child_process'
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
