import type postgres from 'postgres'
import { DAY_MS } from '../domain/situation.ts'
import type { Database, Tx } from './client.ts'

/** Repeats are recognised for this long. */
const KEPT_MS = DAY_MS
const CLEARED_AT_ONCE = 5_000

/** The caller's own name of a request, and what tells whether a repeat says the same. */
export type Idempotency = { route: string; key: string; bodySha256: Buffer }

/**
 * What an earlier request under the same key left: its answer, or that it had another body. `begun`: it works in steps
 * and has not answered, since it is under way or broke off.
 */
export type Earlier =
  | { is: 'answered'; response: unknown }
  | { is: 'begun' }
  | { is: 'conflict' }
  /** It was done, and its answer is forgotten since what it named was deleted. */
  | { is: 'forgotten' }

/** Takes the place of an answer that may no longer be kept. */
const FORGOTTEN = { forgotten: true }

/**
 * Takes the key for this transaction and returns what an earlier request under it left; null when there was none. A
 * parallel request with the key waits here until the first commits.
 */
export async function takeKey(
  tx: Tx,
  practiceId: string,
  { route, key, bodySha256 }: Idempotency,
): Promise<Earlier | null> {
  // A statement of its own, so that the next one sees what was committed while it waited; sent together with it.
  const locking = tx`SELECT pg_advisory_xact_lock(hashtextextended(${`${practiceId} ${route} ${key}`}, 0))`.execute()
  locking.catch(() => {})
  const [row] = await tx<{ body_sha256: Buffer; response: unknown }[]>`
    SELECT body_sha256, response FROM idempotency_key
    WHERE practice_id = ${practiceId} AND route = ${route} AND key = ${key}
      AND created_at > clock_timestamp() - ${KEPT_MS} * interval '1 millisecond'`
  if (!row) return null
  if (!row.body_sha256.equals(bodySha256)) return { is: 'conflict' }
  if (row.response === null) return { is: 'begun' }
  if ((row.response as Partial<typeof FORGOTTEN>).forgotten) return { is: 'forgotten' }
  return { is: 'answered', response: row.response }
}

/**
 * Keeps the answer under the key, in the transaction that does the work, so that a repeat finds both or neither. `null`
 * says that a request has begun. `about`: the ids it names, by which erasing a client finds it.
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

/** Forgets a request that has begun and was refused, so that it can be sent again, also with another body. */
export async function forgetBegun(tx: Tx, practiceId: string, { route, key }: Idempotency): Promise<void> {
  await tx`DELETE FROM idempotency_key
    WHERE practice_id = ${practiceId} AND route = ${route} AND key = ${key} AND response IS NULL`
}

/**
 * Forgets every answer that names one of the ids, since it holds whatever was answered. Its key stays, so that a repeat
 * does not make anew what was deleted. A request that has begun and not answered may begin again.
 */
export async function forgetAnswersAbout(tx: Tx, ids: string[]): Promise<void> {
  await tx`DELETE FROM idempotency_key WHERE about && ${ids}::uuid[] AND response IS NULL`
  await tx`UPDATE idempotency_key SET response = ${tx.json(FORGOTTEN)}, about = '{}' WHERE about && ${ids}::uuid[]`
}

/** Forgets the answers of every practice that are too old to be repeated; returns how many. */
export async function clearIdempotencyKeys({ sql }: Database): Promise<number> {
  let cleared = 0
  for (;;) {
    const [row] = await sql<{ n: number }[]>`
      SELECT clear_idempotency_keys(${KEPT_MS} * interval '1 millisecond', ${CLEARED_AT_ONCE}) AS n`
    cleared += row?.n ?? 0
    if ((row?.n ?? 0) < CLEARED_AT_ONCE) return cleared
  }
}
