import type postgres from 'postgres'
import { gatherStamps, type Stamps } from './onboardings/stamps.ts'
import { openPool } from './pool.ts'

/** A transaction that sees one practice's rows only. */
export type Tx = postgres.TransactionSql

export type Database = {
  sql: postgres.Sql
  /**
   * Runs `work` in one transaction that sees the rows of `practiceId` only; rolls back if it throws. `plans`: `one`
   * keeps one generic plan per statement and connection, for statements by id; lists get a plan for each query.
   */
  inPractice<T>(practiceId: string, work: (tx: Tx) => Promise<T>, plans?: 'one' | 'as asked'): Promise<T>
  /**
   * Runs `work` after the commit and waits for it; at once if no transaction is open. A request that is one transaction
   * runs it at its end, and drops it on rollback.
   */
  afterCommit(work: () => Promise<unknown>): Promise<void>
  /** Records what the engine knows, in statements of its own; `close` writes the collected rest. */
  stamps: Pick<Stamps, 'add'>
  close(): Promise<void>
}

/** Opens a pool of at most `max` connections to `databaseUrl`. Connects on the first query. */
export function openDatabase(databaseUrl: string, max = 10): Database {
  const sql = openPool(databaseUrl, max, 'embark')
  const stamps = gatherStamps(sql)
  return {
    sql,
    inPractice: async (practiceId, work, plans = 'as asked') => {
      const result = await sql.beginAtOnce(async (tx) => {
        // Sent first on the same connection, not awaited: the first query of `work` goes in the same round trip.
        const practice = tx`set_config('app.practice_id', ${practiceId}, true)`
        const set = (
          plans === 'one'
            ? tx`SELECT ${practice}, set_config('plan_cache_mode', 'force_generic_plan', true)`
            : tx`SELECT ${practice}`
        ).execute()
        set.catch(() => {})
        return work(tx)
      })
      return result as Awaited<ReturnType<typeof work>>
    },
    afterCommit: async (work) => {
      await work()
    },
    stamps,
    close: async () => {
      await stamps.flush()
      await sql.end({ timeout: 5 })
    },
  }
}

/** Returns the first row of a query; null if it finds none. */
export async function first<Row>(rows: PromiseLike<readonly Row[]>): Promise<Row | null> {
  const [row] = await rows
  return row ?? null
}

/** Converts an instant in milliseconds to a timestamp for PostgreSQL. */
export const asDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))
