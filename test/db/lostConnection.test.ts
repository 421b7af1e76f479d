import { randomUUID } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Kysely, sql as raw } from 'kysely'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IdentityDialect } from '../../api/identity/dialect.ts'
import { isUnavailable } from '../../api/unavailable.ts'
import { openDatabase } from '../../db/client.ts'
import { openIdentity } from '../../db/people/identity.ts'
import { CommitUnknown, ConnectionLost, openPool } from '../../db/pool.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

const TIMES = 100
const [a, b] = [randomUUID(), randomUUID()]

let database: TestDatabase
let owner: postgres.Sql
/** Uncaught errors: each would have ended a process. */
const uncaught: unknown[] = []
const note = (error: unknown) => void uncaught.push(error)

beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} })
  await owner.unsafe(`
    CREATE TABLE written (practice_id uuid NOT NULL, by text NOT NULL);
    ALTER TABLE written ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON written
      USING (practice_id = (SELECT nullif(current_setting('app.practice_id', true), '')::uuid));
    CREATE TABLE identity.written (by text NOT NULL);
    GRANT SELECT, INSERT ON written TO embark_api;
    GRANT SELECT, INSERT ON identity.written TO embark_auth`)
  process.on('uncaughtException', note)
})

afterAll(async () => {
  process.off('uncaughtException', note)
  await owner?.end()
  await database?.drop()
})

/** Ends a backend, as a restart of the server would. */
const terminate = (pid: number) => owner`SELECT pg_terminate_backend(${pid})`

const isGone = async (pid: number) => (await owner`SELECT FROM pg_stat_activity WHERE pid = ${pid}`).length === 0

/** One way to run a transaction; within it, the backend's pid and a row with the writer's name. */
type Way = {
  transaction(
    by: string,
    work: (step: { pid: () => Promise<number>; write: () => Promise<unknown> }) => Promise<void>,
  ): Promise<void>
  written(): Promise<string[]>
  close(): Promise<void>
}

const PID = 'SELECT pg_backend_pid() AS pid'
const rowsOf = async (table: string) =>
  (await owner.unsafe<{ by: string }[]>(`SELECT by FROM ${table}`)).map((r) => r.by)

const ways: Record<string, () => Way> = {
  'inPractice, by two practices': () => {
    const db = openDatabase(database.apiUrl, 1)
    return {
      transaction: (by, work) =>
        db.inPractice(by.startsWith('a') ? a : b, (tx) =>
          work({
            pid: async () => (await tx.unsafe<{ pid: number }[]>(PID))[0]!.pid,
            // Written for the tenant under which it runs, even the wrong one.
            write: () => tx`INSERT INTO written SELECT current_setting('app.practice_id')::uuid, ${by}`,
          }),
        ),
      written: () => rowsOf('written'),
      close: () => db.close(),
    }
  },
  'the tables of the sign-in': () => {
    const identity = openIdentity(database.authUrl, 1)
    return {
      transaction: (by, work) =>
        identity.sql.begin((tx) =>
          work({
            pid: async () => (await tx.unsafe<{ pid: number }[]>(PID))[0]!.pid,
            write: () => tx`INSERT INTO identity.written VALUES (${by})`,
          }),
        ),
      written: () => rowsOf('identity.written'),
      close: () => identity.close(),
    }
  },
  'the dialect of the sign-in library': () => {
    const identity = openIdentity(database.authUrl, 1)
    const kysely = new Kysely<Record<string, never>>({ dialect: new IdentityDialect(identity) })
    return {
      transaction: (by, work) =>
        kysely.transaction().execute((tx) =>
          work({
            pid: async () => (await raw.raw<{ pid: number }>(PID).execute(tx)).rows[0]!.pid,
            write: () => raw`INSERT INTO identity.written VALUES (${by})`.execute(tx),
          }),
        ),
      written: () => rowsOf('identity.written'),
      close: () => identity.close(),
    }
  },
}

test.each(Object.keys(ways))(
  'a transaction whose connection is lost refuses all that follows, and runs in nobody else: %s',
  async (name) => {
    const way = ways[name]!()
    await owner`TRUNCATE written, identity.written`
    const kept: string[] = []
    try {
      for (let i = 0; i < TIMES; i++) {
        let other: Promise<void> | undefined
        const lost = way.transaction(`a${i}`, async ({ pid, write }) => {
          const backend = await pid()
          await write()
          // The pool holds one connection: this one gets its replacement.
          other = way.transaction(`b${i}`, async (step) => {
            await step.write()
            await new Promise((resolve) => setImmediate(resolve))
            await step.write()
          })
          other.catch(() => {})
          // It waits for something else while its backend ends, so no statement in flight can fail; every second time
          // it continues before the pool has noticed.
          await terminate(backend)
          while (i % 2 === 0 && !(await isGone(backend))) await new Promise((resolve) => setImmediate(resolve))
          await write()
        })
        // A caller is told to try again, whatever the system calls the loss.
        expect(await lost.catch((error: unknown) => error)).toSatisfy(isUnavailable)
        await other
        kept.push(`b${i}`, `b${i}`)
      }
      expect((await way.written()).sort()).toEqual(kept.sort())
      expect(uncaught).toEqual([])
    } finally {
      await way.close()
    }
  },
  240_000,
)

/** The ways to cut the connection during a COMMIT. */
const CUTS = ['before the server hears of it', 'before its answer comes back', 'by a reset'] as const

async function openCuttableWay(cut: (typeof CUTS)[number]) {
  const url = new URL(database.ownerUrl)
  const [host, port] = [url.hostname, Number(url.port)]
  const sockets = new Set<Socket>()
  let armed = false
  const server: Server = createServer((client) => {
    const upstream = connect(port, host)
    const end = () => [client.destroy(), upstream.destroy()]
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    let committing = false
    client.on('data', (data) => {
      committing ||= armed && data.includes('COMMIT')
      if (committing && cut === 'before the server hears of it') end()
      else upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (committing) [cut === 'by a reset' ? client.resetAndDestroy() : client.destroy(), upstream.destroy()]
      else client.write(data)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url.port = String(typeof address === 'object' && address ? address.port : 0)
  return {
    url: url.href,
    arm: (on: boolean) => {
      armed = on
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Relays to the database; `change` gets what the client sends. `trips`: how often the client sent after an answer. */
async function openRelay(change: (sent: Buffer) => Buffer = (sent) => sent) {
  const url = new URL(database.apiUrl)
  const [host, port] = [url.hostname, Number(url.port)]
  let [trips, isAnswered] = [0, true]
  const server = createServer((client) => {
    const upstream = connect(port, host)
    client.on('data', (sent) => {
      if (isAnswered) trips += 1
      isAnswered = false
      upstream.write(change(sent))
    })
    upstream.on('data', (answer) => {
      isAnswered = true
      client.write(answer)
    })
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const])
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url.port = String((server.address() as { port: number }).port)
  return { url: url.href, trips: () => trips, close: () => server.close() }
}

test('the first statements of a practice’s transaction go to the database together with BEGIN', async () => {
  const relay = await openRelay()
  const db = openDatabase(relay.url, 1)
  const read = () => db.inPractice(a, (tx) => tx`SELECT FROM written`)
  await read()
  const before = relay.trips()
  await read()
  expect(relay.trips() - before).toBe(2)
  await db.close()
  relay.close()
})

test('a transaction whose BEGIN is refused writes nothing', async () => {
  await owner`TRUNCATE written`
  const relay = await openRelay((sent) => Buffer.from(sent.toString('latin1').replace('BEGIN', 'BEGUN'), 'latin1'))
  const db = openDatabase(relay.url, 1)
  const write = (tx: postgres.TransactionSql) =>
    tx`INSERT INTO written SELECT current_setting('app.practice_id')::uuid, 'refused'`.catch(() => {})
  const refused = db.inPractice(a, async (tx) => {
    await write(tx)
    await write(tx)
  })
  await expect(refused).rejects.toThrow('syntax error')
  expect(await rowsOf('written')).toEqual([])
  await db.close()
  relay.close()
})

test.each(CUTS)('a connection lost while COMMIT is under way is told apart from one lost before: %s', async (cut) => {
  await owner`TRUNCATE written`
  const way = await openCuttableWay(cut)
  const sql = openPool(way.url, 1, 'test')
  const write = (by: string, then = async (_tx: postgres.TransactionSql) => {}) =>
    sql.begin(async (tx) => {
      await tx`INSERT INTO written VALUES (${a}, ${by})`
      await then(tx)
    })
  try {
    const before = write('before', async (tx) => {
      await tx`SELECT pg_terminate_backend(pg_backend_pid())`
      for (;;) await tx`SELECT 1`
    })
    const lost = await before.catch((error: unknown) => error)
    expect(lost).not.toBeInstanceOf(CommitUnknown)
    expect(['57P01', 'CONNECTION_CLOSED', 'CONNECTION_LOST']).toContain((lost as { code?: string }).code)
    way.arm(true)
    await expect(write('during')).rejects.toBeInstanceOf(CommitUnknown)
    way.arm(false)
    await write('after')
    await expect
      .poll(() => rowsOf('written'))
      .toEqual(cut === 'before the server hears of it' ? ['after'] : ['during', 'after'])
  } finally {
    await sql.end()
    way.close()
  }
})

test('a waiting caller gets a connection although the one before could not connect', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(database.ownerUrl)
  url.port = String(typeof address === 'object' && address ? address.port : 0)
  const sql = openPool(url.href, 1, 'test')
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => sql`SELECT 1`))
  expect(asked.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
  await sql.end()
  server.close()
})

test('a statement that failed spoils its transaction, also where its error was caught', async () => {
  await owner`TRUNCATE written`
  const sql = openPool(database.ownerUrl, 1, 'test')
  const spoilt = sql.begin(async (tx) => {
    await tx`INSERT INTO written VALUES (${a}, 'spoilt')`
    await tx`SELECT 1 / 0`.catch(() => {})
  })
  await expect(spoilt).rejects.toThrow('division by zero')
  expect(await rowsOf('written')).toEqual([])
  await sql.end()
})

test('nothing runs in a transaction that is over, nor on a connection that was given back', async () => {
  const sql = openPool(database.ownerUrl, 1, 'test')
  let late: postgres.TransactionSql | undefined
  await sql.begin(async (tx) => {
    late = tx
  })
  await expect(late!`SELECT 1`).rejects.toThrow('over')
  const reserved = await sql.reserve()
  reserved.release()
  await expect(reserved`SELECT 1`).rejects.toThrow('given back')
  await sql.end()
})

test('with every connection taken callers wait for their turn, and an ended pool serves nobody', async () => {
  const sql = openPool(database.ownerUrl, 2, 'test')
  const pids = await Promise.all(
    Array.from({ length: 20 }, () =>
      sql.begin(async (tx) => (await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`)[0]!.pid),
    ),
  )
  expect(new Set(pids).size).toBe(2)
  await sql.end()
  await expect(sql`SELECT 1`).rejects.toBeInstanceOf(ConnectionLost)
})

test.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])(
  'a loss that the system calls %s may be retried',
  (code) => {
    expect(Object.assign(new Error(`write ${code}`), { code })).toSatisfy(isUnavailable)
  },
)
