import { setTimeout as sleep } from 'node:timers/promises'
import { findProcess, stopProcess } from '../../dev/stack/processes.ts'
import type { Embedded } from './embedded.ts'

/** A backend that has become idle reports its transactions after ten seconds. */
const REPORTED_AFTER_MS = 11_000
const RESTART_WITHIN_MS = 60_000

/** What the database has done since its start: for the product's roles, without what a measurement asks for itself. */
export type Counts = { at: number; transactions: number; statements: number; walBytes: number }

/** Has the database count statements by role. Restarts it: what is under way meanwhile is lost. */
export async function countStatements({ owner, pidOf }: Embedded): Promise<void> {
  await owner.unsafe(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`)
  // What vacuums by itself in the middle would be charged to whoever is measured.
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

/** Reads the counts once all that was done before is in them. */
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

/** Returns what was done from `before` to `after` more than in the idle time from `idle` to `before`, for one of `count`. */
export function countsPer(count: number, idle: Counts, before: Counts, after: Counts) {
  const per = (of: 'transactions' | 'statements' | 'walBytes') => {
    const idlePerMs = (before[of] - idle[of]) / (before.at - idle.at)
    return (after[of] - before[of] - idlePerMs * (after.at - before.at)) / count
  }
  return { transactions: per('transactions'), statements: per('statements'), walBytes: per('walBytes') }
}
