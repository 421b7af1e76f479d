import { type Database, first, type Tx } from './client.ts'

/** The hits of a key in its present window, and the window's end (ms since the epoch). */
export type Hits = { hits: number; resetsAt: number }

const SWEEP_CHANCE = 0.01

/**
 * Counts one hit of `key`. A window of `windowMs` starts with its first hit; all processes count together. This hit
 * starts a new one `graceMs` after the last has ended. `leftMs`: the time until then, by the database's clock.
 */
export async function countHit(
  { sql }: { sql: Database['sql'] | Tx },
  key: string,
  windowMs: number,
  graceMs = 0,
): Promise<Hits & { leftMs: number }> {
  const grace = sql`${graceMs} * interval '1 millisecond'`
  // Read where the row is written: a hit may wait long for another transaction's.
  const end = sql`clock_timestamp() + ${windowMs} * interval '1 millisecond'`
  const [row] = await sql<(Hits & { leftMs: number })[]>`
    INSERT INTO rate_limit (key, hits, resets_at)
    VALUES (${key}, 1, ${end})
    ON CONFLICT (key) DO UPDATE SET
      hits = CASE WHEN rate_limit.resets_at + ${grace} <= clock_timestamp() THEN 1 ELSE rate_limit.hits + 1 END,
      resets_at = CASE WHEN rate_limit.resets_at + ${grace} <= clock_timestamp() THEN ${end} ELSE rate_limit.resets_at END
    RETURNING hits, epoch_ms(resets_at) AS "resetsAt",
      epoch_ms(resets_at + ${grace}) - epoch_ms(clock_timestamp()) AS "leftMs"`
  if (!row) throw new Error('a hit was not counted')
  // Windows that ended long ago are deleted now and then by some request.
  if (row.hits === 1 && Math.random() < SWEEP_CHANCE) {
    await sql`DELETE FROM rate_limit WHERE resets_at < clock_timestamp() - interval '1 hour'`
  }
  return row
}

/** Returns the hits of `key` without counting; null if it has no open window. */
export const readHits = ({ sql }: Database, key: string): Promise<Hits | null> =>
  first(sql<Hits[]>`
    SELECT hits, epoch_ms(resets_at) AS "resetsAt" FROM rate_limit WHERE key = ${key} AND resets_at > clock_timestamp()`)

/** Resets `key`. */
export async function forgetHits({ sql }: Database, key: string): Promise<void> {
  await sql`DELETE FROM rate_limit WHERE key = ${key}`
}
