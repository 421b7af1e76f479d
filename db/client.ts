import type postgres from 'postgres'
import { gatherStamps, type Stamps } from './onboardings/stamps.ts'
import { openPool } from './pool.ts'

/** A transaction that sees one practice's rows. */
export type Tx = postgres.TransactionSql

export type Database = {
  sql: postgres.Sql
  /**
   * Runs `work` in one transaction that sees the rows of `practiceId` and no others; rolls back if it throws. `plans`:
   * what goes by ids alone has `one` plan a statement and connection; lists are planned for what they ask.
   */
  inPractice<T>(practiceId: string, work: (tx: Tx) => Promise<T>, plans?: 'one' | 'as asked'): Promise<T>
  /**
   * Runs `work` once what this database has under way is committed, and waits for it; at once where nothing is. A request
   * that is one transaction keeps it for its end, and drops it when it rolls back.
   */
  afterCommit(work: () => Promise<unknown>): Promise<void>
  /** Notes what the engine knows, in statements of their own; `close` writes what is still gathered. */
  stamps: Pick<Stamps, 'add'>
  close(): Promise<void>
}

/** Opens a pool of at most `max` connections to `databaseUrl`. Nothing is connected until the first query. */
export function openDatabase(databaseUrl: string, max = 10): Database {
  const sql = openPool(databaseUrl, max, 'embark')
  const stamps = gatherStamps(sql)
  return {
    sql,
    inPractice: async (practiceId, work, plans = 'as asked') => {
      const result = await sql.begin(async (tx) => {
        // Sent ahead on the same connection, not waited for: the first query of `work` follows in the same round trip.
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

/** A column of instants in milliseconds as a timestamp for PostgreSQL. */
export const asDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))
