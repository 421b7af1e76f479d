import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '../../dev/stack/ports.ts'
import { type Postgres, startPostgres } from '../../dev/stack/postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'embark-dev-'))
chmodSync(folder, 0o755) // For root the server runs as another user, who needs access.
const port = await freePort()
const said: string[] = []
let running: Postgres | undefined

async function start(): Promise<Postgres> {
  running = await startPostgres({
    dataDir: join(folder, 'cluster of tests'),
    port,
    password: 'a b/c@d',
    settings: { log_checkpoints: 'off' },
    log: (line) => said.push(line),
  })
  return running
}

async function ask<T>({ url }: Postgres, query: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await query(sql)
  } finally {
    await sql.end()
  }
}

const count = (server: Postgres) =>
  ask(server, async (sql) => {
    await sql`CREATE TABLE IF NOT EXISTS start (at timestamptz DEFAULT now())`
    await sql`INSERT INTO start DEFAULT VALUES`
    return (await sql`SELECT * FROM start`).length
  })

afterAll(async () => {
  await running?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a cluster of our own is version 18, sorts by code point, has pg_trgm and keeps its promises on disk', async () => {
  const server = await start()
  const [facts] = await ask(
    server,
    (sql) => sql`
      SELECT current_setting('server_version_num')::int >= 180000 AS new, current_setting('fsync') AS fsync,
        current_setting('listen_addresses') AS listens, datlocprovider, datlocale
      FROM pg_database WHERE datname = current_database()`,
  )
  expect(facts).toEqual({ new: true, fsync: 'on', listens: '127.0.0.1', datlocprovider: 'b', datlocale: 'C.UTF-8' })
  await ask(server, (sql) => sql`CREATE EXTENSION pg_trgm`)
  expect(await count(server)).toBe(1)
  expect(server.isRunning()).toBe(true)
})

test('it goes on after being killed', async () => {
  process.kill(running?.pid as number, 'SIGKILL')
  expect(await count(await start())).toBe(2)
})

test('one left running by a killed start is stopped first', async () => {
  const left = running as Postgres
  expect(await count(await start())).toBe(3)
  expect(left.isRunning()).toBe(false)
  expect(said.some((line) => line.includes('an earlier start left behind'))).toBe(true)
})

test('a pid file whose pid belongs to somebody else is no obstacle', async () => {
  await running?.stop()
  const file = join(folder, 'cluster of tests', 'postmaster.pid')
  writeFileSync(file, `${process.pid}\n${folder}\n1\n${port}\n\n127.0.0.1\n\nready   \n`)
  expect(await count(await start())).toBe(4)
  expect(readFileSync(file, 'utf8').startsWith(`${process.pid}\n`)).toBe(false)
})

test('a given server is used as it is, and one that cannot be used is named', async () => {
  const own = running as Postgres
  const options = { dataDir: join(folder, 'never'), port: 1, password: '', log: () => undefined }
  const given = await startPostgres({ ...options, databaseUrl: own.url })
  expect(given).toMatchObject({ url: own.url, pid: null })
  await given.stop()
  expect(own.isRunning()).toBe(true)
  const wrong = own.url.replace(String(port), '1')
  await expect(startPostgres({ ...options, databaseUrl: wrong })).rejects.toThrow(/EMBARK_DATABASE_URL/)
})
