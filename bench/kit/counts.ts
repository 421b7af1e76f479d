import { setTimeout as sleep } from 'node:timers/promises'
import { findProcess, stopProcess } from '../../dev/stack/processes.ts'
import type { Embedded } from './embedded.ts'

/** A backend reports its transactions within ten seconds after it becomes idle. */
const REPORTED_AFTER_MS = 11_000
const RESTART_WITHIN_MS = 60_000

/** The database's counters since its start, for the product's roles, without the measurement's own queries. */
export type Counts = { at: number; transactions: number; statements: number; walBytes: number }

/** Makes the database count statements by role. Restarts it: work under way is lost. */
export async function countStatements({ owner, pidOf }: Embedded): Promise<void> {
  await owner.unsafe(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`)
  // An automatic vacuum during the measurement would be counted.
  await owner.unsafe('ALTER SYSTEM SET autovacuum = off')
  const pid = pidOf('postgres')
  await stopProcess(pid, 'SIGINT', RESTART_WITHIN_MS)
  for (const end = Date.now() + RESTART_WITHIN_MS; ; await sleep(200)) {
    try {
      if (!findProcess(pid)) await owner`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`
      return
    } catch (problem) {
      if (Date.now() > end) throw problem
    }
  }
}

/** Reads the counters after all earlier work was reported. */
export async function readCounts({ owner }: Embedded): Promise<Counts> {
  await sleep(REPORTED_AFTER_MS)
  const [row] = await owner<Counts[]>`
    SELECT epoch_ms(clock_timestamp()) AS at,
      (SELECT (xact_commit + xact_rollback)::float8 FROM pg_stat_database WHERE datname = current_database())
        - coalesce(sum(s.calls) FILTER (WHERE s.userid = current_user::regrole), 0)::float8 AS transactions,
      coalesce(sum(s.calls) FILTER (WHERE s.userid <> current_user::regrole
        AND s.query !~* '^(begin|commit|rollback)'), 0)::float8 AS statements,
      pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS "walBytes"
    FROM pg_stat_statements s WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`
  if (!row) throw new Error('the database counts nothing')
  return row
}

/** Returns the work for one of `count` items from `before` to `after`, less the load from `idle` to `before`. */
export function countsPer(count: number, idle: Counts, before: Counts, after: Counts) {
  const per = (of: 'transactions' | 'statements' | 'walBytes') => {
    const idlePerMs = (before[of] - idle[of]) / (before.at - idle.at)
    return (after[of] - before[of] - idlePerMs * (after.at - before.at)) / count
  }
  return { transactions: per('transactions'), statements: per('statements'), walBytes: per('walBytes') }
}
