import type { Database, Tx } from '../client.ts'

/** An onboarding that the engine has lost sight of. `since` is when that began, in ms. */
export type Amiss = {
  practiceId: string
  onboardingId: string
  run: number
  why: 'not_started' | 'not_told' | 'overslept'
  since: number
}

/** How long something must have been amiss, in ms. */
export type Patience = { notStartedAfterMs: number; notToldAfterMs: number; oversleptAfterMs: number }

/** At most `atMost` of each kind, oldest first, of every practice. */
export async function findAmiss(db: Database, patience: Patience, atMost: number): Promise<Amiss[]> {
  const { notStartedAfterMs, notToldAfterMs, oversleptAfterMs } = patience
  const milliseconds = db.sql`interval '1 millisecond'`
  return db.sql<Amiss[]>`
    SELECT practice_id AS "practiceId", id AS "onboardingId", run, why, epoch_ms(since) AS since
    FROM onboardings_to_reconcile(${notStartedAfterMs} * ${milliseconds}, ${notToldAfterMs} * ${milliseconds},
      ${oversleptAfterMs} * ${milliseconds}, ${atMost})`
}

/** Locks the row unless another has it. */
export async function lockIfFree(tx: Tx, onboardingId: string): Promise<boolean> {
  const rows = await tx`SELECT FROM onboarding WHERE id = ${onboardingId} FOR NO KEY UPDATE SKIP LOCKED`
  return rows.count === 1
}
