import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { migrate } from '../db/migrate.ts'
import { setRolePasswords } from '../dev/roles.ts'
import { freePort } from '../dev/stack/ports.ts'
import { startPostgres } from '../dev/stack/postgres.ts'
import { findProcess, findProcessesWith, stopProcess } from '../dev/stack/processes.ts'
import { startTemporal } from '../dev/stack/temporal.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The owner's connection string of the test server (database `embark`). */
    EMBARK_TEST_PG_URL: string
    /** host:port of the Temporal server of this run. */
    TEMPORAL_ADDRESS: string
  }
}

/** The migrated database that every test database copies. No connection to it may stay open. */
export const templateName = 'embark_template'

/** The password of embark_api, embark_worker and embark_auth on the test server. */
export const rolePassword = 'test'

const prefix = 'embark-test-'

/** Stops and deletes leftovers of test runs that were killed. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : 0
    if (!pid || findProcess(pid)) continue
    const folder = join(tmpdir(), name)
    const postmaster = join(folder, 'postgres', 'postmaster.pid')
    if (existsSync(postmaster)) {
      const running = findProcess(Number(readFileSync(postmaster, 'utf8').split('\n')[0]))
      if (running?.argv.includes(folder)) await stopProcess(running.pid, 'SIGQUIT', 5_000)
    }
    for (const left of findProcessesWith(['start-dev', join(folder, 'temporal.db')])) {
      await stopProcess(left.pid, 'SIGKILL', 5_000)
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

async function makeTemplate(ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl)
  url.pathname = `/${templateName}`
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined })
  try {
    await sql`CREATE DATABASE ${sql(templateName)}`
    await migrate(url.href)
    await tellOfPractices(url.href)
    await sql`ALTER ROLE embark_owner PASSWORD 'test'`
    await setRolePasswords(ownerUrl, {
      embark_api: rolePassword,
      embark_worker: rolePassword,
      embark_auth: rolePassword,
    })
  } finally {
    await sql.end()
  }
}

/**
 * Tells the planner that a table's rows are of few practices. Nothing analyses a test's database, and without statistics
 * a practice is taken for one of two hundred: joins of some hundred rows then are nested loops that take seconds.
 */
async function tellOfPractices(templateUrl: string): Promise<void> {
  const sql = postgres(templateUrl, { max: 1, onnotice: () => undefined })
  try {
    await sql`
      SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', c.relname::text, 'attname', 'practice_id',
        'inherited', false, 'null_frac', 0::real, 'avg_width', 16, 'n_distinct', 2::real)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.attname = 'practice_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`
  } finally {
    await sql.end()
  }
}

/**
 * Starts one PostgreSQL and one Temporal server for all test files of the run and provides their addresses. Uses the
 * server of TEMPORAL_ADDRESS, if set, instead of its own.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep()
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  // For root the database runs as another user. Without access its data would be elsewhere and stay there.
  chmodSync(folder, 0o755)
  const log = (line: string) => console.error(`test stack: ${line}`)
  const quiet = (line: string) => (line.startsWith('getting') || line.startsWith('not from') ? log(line) : undefined)
  const [database, temporal] = await Promise.all([
    startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(),
      password: 'test',
      settings: {
        // Durability is off: nothing here needs to survive a crash of the machine.
        ...{ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', autovacuum_naptime: '10min' },
        // A password costs one round of hashing instead of 4,096, on both sides of each of thousands of connections.
        scram_iterations: '1',
      },
      log: quiet,
    }),
    startTemporal({
      dbFile: join(folder, 'temporal.db'),
      port: await freePort(),
      uiPort: await freePort(),
      log: quiet,
    }),
  ])
  const stop = async () => {
    await Promise.all([database.stop(), temporal.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await makeTemplate(database.url)
  } catch (problem) {
    await stop()
    throw problem
  }
  project.provide('EMBARK_TEST_PG_URL', database.url)
  project.provide('TEMPORAL_ADDRESS', temporal.address)
  return stop
}
