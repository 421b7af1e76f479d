import type postgres from 'postgres'
import { DAY_MS } from '../domain/situation.ts'
import type { Database, Tx } from './client.ts'

/** The time for which repeats are recognised. */
const KEY_KEPT_MS = DAY_MS
const CLEARED_AT_ONCE = 5_000

/** The caller's key of a request, and the hash that tells if a repeat has the same body. */
export type Idempotency = { route: string; key: string; bodySha256: Buffer }

/**
 * The state of an earlier request with the same key: its answer, or a conflict by another body. `begun`: it works in
 * steps and has not answered, because it is in progress or broke off.
 */
export type Earlier =
  | { is: 'answered'; response: unknown }
  | { is: 'begun' }
  | { is: 'conflict' }
  /** The request was done, and its answer was deleted with the thing that it named. */
  | { is: 'forgotten' }

/** The replacement for an answer that may no longer be kept. */
const FORGOTTEN = { forgotten: true }

/**
 * Takes the key for this transaction and returns the state of an earlier request with it; null if there was none. A
 * concurrent request with the key waits until the first commits.
 */
export async function takeKey(
  tx: Tx,
  practiceId: string,
  { route, key, bodySha256 }: Idempotency,
): Promise<Earlier | null> {
  // A separate statement, so that the next one sees what was committed during the wait; both are sent together.
  const locking = tx`SELECT pg_advisory_xact_lock(hashtextextended(${`${practiceId} ${route} ${key}`}, 0))`.execute()
  locking.catch(() => {})
  const [row] = await tx<{ body_sha256: Buffer; response: unknown }[]>`
    SELECT body_sha256, response FROM idempotency_key
    WHERE practice_id = ${practiceId} AND route = ${route} AND key = ${key}
      AND created_at > clock_timestamp() - ${KEY_KEPT_MS} * interval '1 millisecond'`
  if (!row) return null
  if (!row.body_sha256.equals(bodySha256)) return { is: 'conflict' }
  if (row.response === null) return { is: 'begun' }
  if ((row.response as Partial<typeof FORGOTTEN>).forgotten) return { is: 'forgotten' }
  return { is: 'answered', response: row.response }
}

/**
 * Stores the answer under the key in the transaction that does the work, so that a repeat finds both or neither. A null
 * answer marks a request as begun. `about`: the ids in the answer, by which an erasure finds it.
 */
export async function keepAnswer(
  tx: Tx,
  practiceId: string,
  { route, key, bodySha256 }: Idempotency,
  response: postgres.JSONValue | null,
  about: string[],
): Promise<void> {
  await tx`INSERT INTO idempotency_key (practice_id, route, key, body_sha256, response, about)
    VALUES (${practiceId}, ${route}, ${key}, ${bodySha256}, ${response === null ? null : tx.json(response)}, ${about})
    ON CONFLICT (practice_id, route, key) DO UPDATE SET body_sha256 = excluded.body_sha256,
      response = excluded.response, about = excluded.about, created_at = excluded.created_at`
}

/** Deletes a request that began and was refused, so that it can be sent again, also with another body. */
export async function forgetBegun(tx: Tx, practiceId: string, { route, key }: Idempotency): Promise<void> {
  await tx`DELETE FROM idempotency_key
    WHERE practice_id = ${practiceId} AND route = ${route} AND key = ${key} AND response IS NULL`
}

/**
 * Deletes the answers that name one of the ids, because they hold data about it. The keys stay, so that a repeat does
 * not create again what was deleted. A request that began without an answer may begin again.
 */
export async function forgetAnswersAbout(tx: Tx, ids: string[]): Promise<void> {
  await tx`DELETE FROM idempotency_key WHERE about && ${ids}::uuid[] AND response IS NULL`
  await tx`UPDATE idempotency_key SET response = ${tx.json(FORGOTTEN)}, about = '{}' WHERE about && ${ids}::uuid[]`
}

/** Deletes the answers of every practice that are too old to be repeated. Returns their number. */
export async function clearIdempotencyKeys({ sql }: Database): Promise<number> {
  let cleared = 0
  for (;;) {
    const [row] = await sql<{ n: number }[]>`
      SELECT clear_idempotency_keys(${KEY_KEPT_MS} * interval '1 millisecond', ${CLEARED_AT_ONCE}) AS n`
    cleared += row?.n ?? 0
    if ((row?.n ?? 0) < CLEARED_AT_ONCE) return cleared
  }
}
