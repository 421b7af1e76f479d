import type postgres from 'postgres'
import type { Tx } from './client.ts'

/** An answer is repeated for this long; it holds what was sent, so it is not kept longer than repeats can be expected. */
const KEPT = '24 hours'

/** What an earlier request under the same key did: the same body's answer, or that the body differed. */
export type Earlier = { same: true; status: number; response: unknown } | { same: false }

/**
 * Takes the key for this transaction: a parallel request with it waits here until the first commits, then finds its
 * answer. Null when nobody used it before.
 */
export async function takeKey(
  tx: Tx,
  practiceId: string,
  route: string,
  key: string,
  bodySha256: Buffer,
): Promise<Earlier | null> {
  await tx`SELECT pg_advisory_xact_lock(hashtextextended(${`${practiceId} ${route} ${key}`}, 0))`
  const [row] = await tx<{ body_sha256: Buffer; status: number; response: unknown }[]>`
    SELECT body_sha256, status, response FROM idempotency_key
    WHERE route = ${route} AND key = ${key} AND created_at > clock_timestamp() - ${KEPT}::interval`
  if (!row) return null
  return row.body_sha256.equals(bodySha256)
    ? { same: true, status: row.status, response: row.response }
    : { same: false }
}

/**
 * Keeps the answer in the transaction that did the work, so that a repeat finds both or neither, and forgets some of the
 * practice's that are too old.
 */
export async function keepAnswer(
  tx: Tx,
  practiceId: string,
  route: string,
  key: string,
  bodySha256: Buffer,
  status: number,
  response: postgres.JSONValue,
): Promise<void> {
  await tx`INSERT INTO idempotency_key (practice_id, route, key, body_sha256, status, response)
    VALUES (${practiceId}, ${route}, ${key}, ${bodySha256}, ${status}, ${tx.json(response)})
    ON CONFLICT (practice_id, route, key) DO UPDATE SET body_sha256 = excluded.body_sha256, status = excluded.status,
      response = excluded.response, created_at = excluded.created_at`
  await tx`DELETE FROM idempotency_key WHERE ctid IN (
    SELECT ctid FROM idempotency_key WHERE created_at < clock_timestamp() - ${KEPT}::interval
    LIMIT 20 FOR UPDATE SKIP LOCKED)`
}
