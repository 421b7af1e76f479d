import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { findOwner, findPrograms, type Owner, reachableFolder } from './postgresProgram.ts'
import { findProcess, findProcessesIn, stopProcess } from './processes.ts'

/** The options for getting a PostgreSQL 18. With `databaseUrl` the others are ignored. */
export type PostgresOptions = {
  /** The owner's connection string of a running server. */
  databaseUrl?: string | undefined
  /** Folder of the cluster; created on the first start. Its log is written beside it as `<dataDir>.log`. */
  dataDir: string
  /** Loopback port to listen on. */
  port: number
  /** The owner's password, fixed when the cluster is created. */
  password: string
  /** Settings added to the server's command line, such as `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>
  log: (line: string) => void
}

/** A running PostgreSQL: `url` is the owner's connection string of the database `embark`. */
export type Postgres = {
  url: string
  describe: string
  pid: number | null
  isRunning: () => boolean
  stop: () => Promise<void>
}

const superuser = 'embark_owner'
const database = 'embark'
const stopSignal = 'SIGINT' // PostgreSQL's "fast" shutdown: roll back, write out, stop.

/** Returns the owner's connection string of a cluster of our own. */
export function ownerUrlOf({ port, password }: { port: number; password: string }, name = database): string {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`
}

function run(program: string, args: string[], owner: Owner | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...identity(owner), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${basename(program)} failed (${code}): ${errors.trim()}`)),
    )
  })
}

function identity(owner: Owner | null) {
  return owner ? { uid: owner.uid, gid: owner.gid } : {}
}

async function initialise(initdb: string, dataDir: string, password: string, owner: Owner | null): Promise<void> {
  // Creates the cluster under another name first, so that an aborted start leaves nothing that looks like a cluster.
  // The name is unique to this process, because the initdb of a killed start may still be writing.
  const prefix = `${basename(dataDir)}.new-`
  for (const name of readdirSync(dirname(dataDir)).filter((one) => one.startsWith(prefix))) {
    rmSync(join(dirname(dataDir), name), { recursive: true, force: true, maxRetries: 20 })
  }
  const half = join(dirname(dataDir), `${prefix}${process.pid}`)
  const passwordFile = `${half}.password`
  mkdirSync(half, { mode: 0o700 })
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  chmodSync(passwordFile, 0o600)
  if (owner) for (const path of [half, passwordFile]) chownSync(path, owner.uid, owner.gid)
  try {
    const args = [
      `--pgdata=${half}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ]
    await run(initdb, args, owner)
    renameSync(half, dataDir)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Returns the contents of the server's pid file, or null when there is none. */
function readPidFile(dataDir: string): { pid: number; status: string } | null {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), status: lines[7]?.trim() ?? '' }
  } catch {
    return null
  }
}

async function clearLeftover(dataDir: string, log: (line: string) => void): Promise<void> {
  const left = readPidFile(dataDir)
  if (!left) return
  const running = findProcess(left.pid)
  if (running?.argv.includes(dataDir)) {
    log(`stopping the server an earlier start left behind (pid ${left.pid})`)
    await stopProcess(left.pid, stopSignal, 15_000)
    return
  }
  // The server was killed: PostgreSQL refuses to start while any process has that pid, even a stranger or a zombie. The
  // file may be deleted once the last of its own backends has ended.
  const end = Date.now() + 20_000
  while (findProcessesIn(realpathSync(dataDir)).some(({ argv }) => argv.startsWith('postgres')) && Date.now() < end) {
    await sleep(50)
  }
  if (process.platform === 'linux' || running) rmSync(join(dataDir, 'postmaster.pid'), { force: true })
}

function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : ''
}

/** Tries once to start the server. Returns its pid when it accepts connections, or its last output when it ended. */
async function launch(program: string, args: string[], dataDir: string, owner: Owner | null) {
  const logFile = `${dataDir}.log`
  const out = openSync(logFile, 'a')
  const child = spawn(program, args, {
    ...identity(owner),
    cwd: '/',
    stdio: ['ignore', out, out],
    detached: true, // Ctrl-C in a terminal must not reach it: it stops last.
  })
  closeSync(out)
  const failed = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(String(error)))
    child.on('exit', () => resolve(lastLines(logFile)))
  })
  const ready = (async () => {
    const end = Date.now() + 120_000
    while (Date.now() < end) {
      const state = readPidFile(dataDir)
      if (state?.pid === child.pid && state?.status === 'ready') return true
      if (child.exitCode !== null || child.pid === undefined) return false
      await sleep(20)
    }
    return false
  })()
  const problem = await Promise.race([failed, ready.then((ok) => (ok ? null : failed))])
  child.unref()
  return problem === null ? { pid: child.pid as number } : { problem }
}

async function createDatabase(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  try {
    const [found] = await sql`SELECT 1 FROM pg_database WHERE datname = ${database}`
    if (!found) await sql`CREATE DATABASE ${sql(database)}`
  } finally {
    await sql.end()
  }
}

async function useGiven(databaseUrl: string): Promise<Postgres> {
  const sql = postgres(databaseUrl, { max: 1, connect_timeout: 5 })
  try {
    const [row] = await sql<{ version: string }[]>`SHOW server_version`.then((rows) =>
      rows.map((r) => ({ version: String(Object.values(r)[0]) })),
    )
    const version = row?.version ?? ''
    if (Number.parseInt(version, 10) < 18) throw new Error(`PostgreSQL 18 is needed, this one is ${version}`)
    const { host } = new URL(databaseUrl)
    return {
      url: databaseUrl,
      describe: `PostgreSQL ${version} at ${host}`,
      pid: null,
      isRunning: () => true,
      stop: async () => undefined,
    }
  } catch (cause) {
    throw new Error(`The database of EMBARK_DATABASE_URL cannot be used: ${(cause as Error).message}`, { cause })
  } finally {
    await sql.end()
  }
}

/**
 * Uses the given PostgreSQL, or creates and starts one of our own on loopback from the npm package. Stops a server left
 * by a killed start first; a killed server recovers. Throws with the server's last output when it does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  if (options.databaseUrl) return useGiven(options.databaseUrl)
  const owner = findOwner()
  const { initdb, postgres: program } = await findPrograms(owner)
  const folder = reachableFolder(owner, dirname(options.dataDir))
  const dataDir = join(folder, basename(options.dataDir))

  await clearLeftover(dataDir, options.log)
  if (!existsSync(dataDir)) {
    options.log('making a new cluster')
    await initialise(initdb, dataDir, options.password, owner)
  }
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    TimeZone: 'UTC',
    ...options.settings,
  }
  const args = ['-D', dataDir, '-p', String(options.port)]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)

  const end = Date.now() + 20_000
  let started = await launch(program, args, dataDir, owner)
  // The children of a server killed with -9 take a moment to notice and to release its memory.
  while (started.problem?.includes('shared memory') && Date.now() < end) {
    await sleep(200)
    started = await launch(program, args, dataDir, owner)
  }
  if (started.pid === undefined) throw new Error(`PostgreSQL did not start:\n${started.problem}`)
  const { pid } = started
  const stop = () => stopProcess(pid, stopSignal, 15_000)
  try {
    await createDatabase(ownerUrlOf(options, 'postgres'))
  } catch (problem) {
    await stop()
    throw problem
  }
  return {
    url: ownerUrlOf(options),
    describe: `PostgreSQL 18 of our own on port ${options.port}, data in ${dataDir}`,
    pid,
    isRunning: () => findProcess(pid) !== null,
    stop,
  }
}
