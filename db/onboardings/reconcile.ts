import type { Database, Tx } from '../client.ts'

/** One run of one onboarding, with its practice. */
export type OwnedRun = { practiceId: string; onboardingId: string; run: number }

export type StaleWhy = 'not_started' | 'not_told' | 'overslept' | 'due'

/** An onboarding that is stale at the engine. `since`: when that began, in ms. */
export type Stale = OwnedRun & { why: StaleWhy; since: number }

/** The time in ms that each kind of staleness may last before the reconciler acts. */
export type Patience = {
  notStartedAfterMs: number
  notSignalledAfterMs: number
  oversleptAfterMs: number
  dueAfterMs: number
}

export const PATIENCE: Patience = {
  notStartedAfterMs: 30_000,
  notSignalledAfterMs: 10_000,
  oversleptAfterMs: 30_000,
  dueAfterMs: 2 * 60_000,
}

const intervals = (sql: Database['sql'], patience: Patience) => {
  const ms = sql`interval '1 millisecond'`
  return sql`${patience.notStartedAfterMs} * ${ms}, ${patience.notSignalledAfterMs} * ${ms},
    ${patience.oversleptAfterMs} * ${ms}, ${patience.dueAfterMs} * ${ms}`
}

/** Returns at most `atMost` of each kind, the longest waiting first, of every practice. */
export async function findStale({ sql }: Database, patience: Patience, atMost: number): Promise<Stale[]> {
  return sql<Stale[]>`
    SELECT practice_id AS "practiceId", id AS "onboardingId", run, why, epoch_ms(since) AS since
    FROM onboardings_to_reconcile(${intervals(sql, patience)}, ${atMost})`
}

/** Returns the start (ms) of the longest wait of each kind; leaves out kinds without one. */
export async function readLongestStale({ sql }: Database, patience: Patience) {
  return sql<{ why: StaleWhy; since: number }[]>`
    SELECT why, epoch_ms(since) AS since FROM longest_to_reconcile(${intervals(sql, patience)})`
}

/** Returns a page of the onboardings that must have a run at the engine, by id, after `after`. */
export async function findOpenRuns({ sql }: Database, after: string | null, atMost: number): Promise<OwnedRun[]> {
  const first = '00000000-0000-0000-0000-000000000000'
  return sql<OwnedRun[]>`
    SELECT practice_id AS "practiceId", id AS "onboardingId", run
    FROM onboardings_with_open_run(${after ?? first}, ${atMost})`
}

/** Locks the row unless another transaction has it. Returns true if it is locked. */
export async function lockIfFree(tx: Tx, onboardingId: string): Promise<boolean> {
  const rows = await tx`SELECT FROM onboarding WHERE id = ${onboardingId} FOR NO KEY UPDATE SKIP LOCKED`
  return rows.count === 1
}
