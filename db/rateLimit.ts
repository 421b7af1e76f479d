import type { Database } from './client.ts'

/** How often a key was seen in its present window, and when the window ends (ms since the epoch). */
export type Hits = { hits: number; resetsAt: number }

const SWEEP_CHANCE = 0.01

/** Counts one hit of `key`. A window of `windowMs` starts with its first hit; all processes count together. */
export async function countHit({ sql }: Database, key: string, windowMs: number): Promise<Hits> {
  const [row] = await sql<Hits[]>`
    INSERT INTO rate_limit (key, hits, resets_at)
    VALUES (${key}, 1, clock_timestamp() + ${windowMs} * interval '1 millisecond')
    ON CONFLICT (key) DO UPDATE SET
      hits = CASE WHEN rate_limit.resets_at <= clock_timestamp() THEN 1 ELSE rate_limit.hits + 1 END,
      resets_at = CASE WHEN rate_limit.resets_at <= clock_timestamp() THEN excluded.resets_at ELSE rate_limit.resets_at END
    RETURNING hits, epoch_ms(resets_at) AS "resetsAt"`
  if (!row) throw new Error('a hit was not counted')
  // Windows that are long over are swept now and then, by whoever happens to come by.
  if (row.hits === 1 && Math.random() < SWEEP_CHANCE) {
    await sql`DELETE FROM rate_limit WHERE resets_at < clock_timestamp() - interval '1 hour'`
  }
  return row
}

/** Reads how often `key` was seen, without counting; null where no window of it is open. */
export async function readHits({ sql }: Database, key: string): Promise<Hits | null> {
  const [row] = await sql<Hits[]>`
    SELECT hits, epoch_ms(resets_at) AS "resetsAt" FROM rate_limit WHERE key = ${key} AND resets_at > clock_timestamp()`
  return row ?? null
}

/** Begins `key` anew. */
export async function forgetHits({ sql }: Database, key: string): Promise<void> {
  await sql`DELETE FROM rate_limit WHERE key = ${key}`
}
