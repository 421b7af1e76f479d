import type postgres from 'postgres'
import type { Tx } from '../db/client.ts'
import { keepAnswer, takeKey } from '../db/idempotency.ts'

/** The caller's own name of a request, and what tells whether a repeat says the same. */
export type Idempotency = { route: string; key: string; bodySha256: Buffer }

/** What a request ended in. Only what was done is kept under the key: a request that was not can be repeated. */
export type Keyed<T, N> =
  | { result: 'done' | 'repeated'; answer: T }
  | { result: 'conflict' }
  | { result: 'not_done'; why: N }

/**
 * Does `work` in the caller's transaction, once per key: a repeat with the same body gets the first one's answer, one
 * with another body is a conflict, and one at the same time waits for the first. Without a key it is just done.
 */
export async function underKey<T extends postgres.JSONValue, N>(
  tx: Tx,
  practiceId: string,
  idempotency: Idempotency | null,
  status: number,
  work: () => Promise<{ done: T } | { notDone: N }>,
): Promise<Keyed<T, N>> {
  if (!idempotency) {
    const ended = await work()
    return 'done' in ended ? { result: 'done', answer: ended.done } : { result: 'not_done', why: ended.notDone }
  }
  const { route, key, bodySha256 } = idempotency
  const earlier = await takeKey(tx, practiceId, route, key, bodySha256)
  if (earlier) return earlier.same ? { result: 'repeated', answer: earlier.response as T } : { result: 'conflict' }
  const ended = await work()
  if ('notDone' in ended) return { result: 'not_done', why: ended.notDone }
  await keepAnswer(tx, practiceId, route, key, bodySha256, status, ended.done)
  return { result: 'done', answer: ended.done }
}
