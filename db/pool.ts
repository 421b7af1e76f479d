import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import postgres from 'postgres'
import { client, type Query, whenSettled } from './statement.ts'

/** Thrown if a transaction's connection was lost before COMMIT was sent. PostgreSQL has rolled it back. */
export class ConnectionLost extends Error {
  readonly code: string = 'CONNECTION_LOST'
  override readonly name: string = 'ConnectionLost'
}

/** Thrown if the connection was lost during COMMIT. It is unknown whether the transaction was committed. */
export class CommitUnknown extends ConnectionLost {
  override readonly code = 'COMMIT_UNKNOWN'
  override readonly name = 'CommitUnknown'
}

const LOST = 'the connection to the database was lost'
const CONNECT_MS = 5_000
const IDLE_MS = 60_000
const LIFETIME_MS = 45 * 60_000

type Connection = {
  /** Set once the connection is lost. Nothing can be sent on it after that. */
  lost: ConnectionLost | null
  readonly openedAt: number
  idleSince: number
  /** Sends a query; rejects it after a loss. */
  run(query: Query): void
  close(): Promise<void>
}

/** The driver's client, with the pool's own way to begin a transaction. */
export type Pool = postgres.Sql & {
  /**
   * Runs a transaction as `begin` does, but sends the first statements of `work` together with BEGIN. Were BEGIN
   * refused, they would run outside a transaction: only for rows that are closed without what the first one sets.
   */
  beginAtOnce<T>(work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T>
}

/**
 * Opens a pool of at most `max` connections to `databaseUrl`; connects on the first query. Returns the driver's client
 * with `begin(work)`, `reserve()`, `end()`, `unsafe()` and statements, with one difference: each connection belongs to
 * one caller at a time, and after a loss every query on it rejects with `ConnectionLost`. The driver itself reconnects
 * within a transaction, whose later statements would then run in another caller's (docs/decisions/data.md).
 */
export function openPool(databaseUrl: string, max: number, applicationName: string): Pool {
  // Builds statements and holds what connections share; it never connects.
  const template = postgres(databaseUrl, {
    connect_timeout: CONNECT_MS / 1_000,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: applicationName },
  })
  const idle: Connection[] = []
  const opened = new Set<Connection>()
  const waiting: { resolve: (connection: Connection) => void; reject: (error: unknown) => void }[] = []
  let opening = 0
  let ended: Promise<void> | null = null

  const forget = (connection: Connection) => {
    opened.delete(connection)
    const place = idle.indexOf(connection)
    if (place >= 0) idle.splice(place, 1)
    void connection.close()
    serveNext()
  }
  const open = async () => {
    opening += 1
    try {
      const connection = await connect(template, (lost) => idle.includes(lost) && forget(lost))
      opened.add(connection)
      return connection
    } finally {
      opening -= 1
      serveNext()
    }
  }
  const take = async (): Promise<Connection> => {
    if (ended) throw new ConnectionLost('the pool of connections is closed')
    const free = idle.pop()
    if (free) return free
    if (opened.size + opening < max) return open()
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  }
  const serveNext = () => {
    if (opened.size + opening >= max && idle.length === 0) return
    const next = waiting.shift()
    // A caller that gets no connection leaves its place to the next.
    if (next) take().then(next.resolve, (error) => [next.reject(error), serveNext()])
  }
  const release = (connection: Connection) => {
    if (connection.lost || ended || Date.now() - connection.openedAt > LIFETIME_MS) return forget(connection)
    connection.idleSince = Date.now()
    const next = waiting.shift()
    if (next) next.resolve(connection)
    else idle.push(connection)
  }
  const sweep = setInterval(() => {
    for (const one of idle.filter(({ idleSince }) => Date.now() - idleSince > IDLE_MS)) forget(one)
  }, IDLE_MS / 2)
  sweep.unref()

  const runAlone = (query: Query) =>
    take().then(
      (connection) => {
        connection.run(query)
        whenSettled(query, () => release(connection))
      },
      (error) => query.reject(error),
    )

  const transaction = async <T>(work: (tx: postgres.TransactionSql) => Promise<T>, atOnce: boolean): Promise<T> => {
    const connection = await take()
    let over = false
    let failed: { error: unknown } | null = null
    let refused: { error: unknown } | null = null
    const send = (query: Query) => {
      if (over) return query.reject(new Error('this transaction is over'))
      if (refused) return query.reject(refused.error)
      whenSettled(query, (error) => {
        if (error !== undefined) failed ??= { error }
      })
      connection.run(query)
    }
    const tx = client<postgres.TransactionSql>(template, send)
    let committing = false
    try {
      const begun = tx`BEGIN`.execute()
      begun.catch((error) => {
        refused = { error }
      })
      if (!atOnce) await begun
      const result = await work(tx)
      // A failed statement has aborted the transaction, even if its error was caught.
      if (failed) throw (failed as { error: unknown }).error
      if (connection.lost) throw connection.lost
      committing = true
      const { command } = await tx`COMMIT`.catch((error: unknown) => {
        throw isRefusal(error) ? error : new CommitUnknown('the connection was lost during COMMIT', { cause: error })
      })
      if (command !== 'COMMIT') throw (failed as { error: unknown } | null)?.error ?? new Error('nothing was committed')
      return result
    } catch (error) {
      if (!connection.lost && !committing) await tx`ROLLBACK`.catch(() => {})
      throw error
    } finally {
      over = true
      release(connection)
    }
  }

  const reserve = async (): Promise<postgres.ReservedSql> => {
    const connection = await take()
    let over = false
    return client<postgres.ReservedSql>(
      template,
      (query) => (over ? query.reject(new Error('this connection was given back')) : connection.run(query)),
      {
        release: () => {
          if (over) return
          over = true
          release(connection)
        },
      },
    )
  }

  const end = ({ timeout = 5 } = {}): Promise<void> => {
    ended ??= (async () => {
      clearInterval(sweep)
      for (const one of waiting.splice(0)) one.reject(new ConnectionLost('the pool of connections is closed'))
      for (const one of [...idle]) forget(one)
      const patience = Date.now() + timeout * 1_000
      while (opened.size + opening > 0 && Date.now() < patience) await new Promise((resolve) => setTimeout(resolve, 10))
      await Promise.all([...opened].map((one) => one.close()))
    })()
    return ended
  }

  type Work = (tx: postgres.TransactionSql) => Promise<unknown>
  return client<Pool>(template, runAlone, {
    begin: (work: Work) => transaction(work, false),
    beginAtOnce: (work: Work) => transaction(work, true),
    reserve,
    end,
  })
}

/** Opens one connection for one holder. Rejects if PostgreSQL cannot be reached within `CONNECT_MS`. */
async function connect(template: postgres.Sql, onLost: (connection: Connection) => void): Promise<Connection> {
  const inFlight = new Set<Query>()
  let dialled = false
  const options = {
    ...template.options,
    max: 1,
    // The driver calls this for each attempt. It would retry for ever, and reconnect after a loss.
    socket: () => {
      if (dialled) throw new ConnectionLost('the connection to the database was lost before it was ready')
      dialled = true
      return openSocket(template.options)
    },
    // The only notice of a loss while no query is in flight. It comes before anything else can be sent.
    onclose: () => {
      connection.lost ??= new ConnectionLost(LOST)
      for (const query of inFlight) query.reject(connection.lost)
      onLost(connection)
    },
  }
  const connection: Connection = {
    lost: null,
    openedAt: Date.now(),
    idleSince: Date.now(),
    run: (query) => {
      if (connection.lost) return query.reject(connection.lost)
      inFlight.add(query)
      whenSettled(query, (error) => {
        inFlight.delete(query)
        // A reset rejects the query before `onclose` is called; no other caller may get the connection meanwhile.
        if (error !== undefined && !isRefusal(error)) connection.lost ??= new ConnectionLost(LOST)
      })
      send(query)
    },
    close: () => driver.end({ timeout: 0 }),
  }
  // Parsed options are used as they are, so that all connections share the same types.
  const driver = postgres(options as unknown as string)
  const reserved = await driver.reserve().catch(async (error) => {
    await driver.end({ timeout: 0 })
    throw error
  })
  const send = (reserved`` as unknown as Query).handler
  return connection
}

/** Connects to the first host that answers. */
async function openSocket({ host, port, path }: postgres.ParsedOptions): Promise<Socket> {
  for (let i = 0; ; i++) {
    const to = { host: host[i] ?? '', port: port[i] ?? 0 }
    const socket = path ? dial({ path }) : dial(to)
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new ConnectionLost('the database does not answer')))
    try {
      await once(socket, 'connect')
      socket.setTimeout(0).removeAllListeners('timeout')
      // The host name that the certificate is checked against.
      return Object.assign(socket, to)
    } catch (error) {
      if (path || i + 1 >= host.length) throw error
    }
  }
}

/**
 * Returns true if PostgreSQL refused a statement and the connection works. False for a lost connection and for a server
 * that shuts down (class 57P), which may report that after a commit.
 */
const isRefusal = (error: unknown): boolean => error instanceof postgres.PostgresError && !error.code.startsWith('57P')
