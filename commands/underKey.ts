import type postgres from 'postgres'
import type { Tx } from '../db/client.ts'
import { type Idempotency, keepAnswer, takeKey } from '../db/idempotency.ts'

/**
 * The outcome of one step of a request: done now or before under the same key. Only a done step is stored under the key;
 * others can be repeated.
 */
export type Keyed<T, N> = { result: 'done'; answer: T } | { result: 'conflict' } | { result: 'not_done'; why: N }

/**
 * Does one step of a request in the caller's transaction, once per key. A repeat with the same body gets the first
 * answer, one with another body is a conflict, and a concurrent one waits for the first. Without a key it just runs.
 * The answer is stored as it is, so it must hold only ids and instants, nothing personal.
 */
export async function underKey<T extends postgres.JSONValue, N>(
  tx: Tx,
  practiceId: string,
  idempotency: Idempotency | null,
  work: () => Promise<{ done: T } | { notDone: N }>,
): Promise<Keyed<T, N>> {
  const earlier = idempotency && (await takeKey(tx, practiceId, idempotency))
  if (earlier?.is === 'answered') return { result: 'done', answer: earlier.response as T }
  if (earlier) return { result: 'conflict' }
  const ended = await work()
  if ('notDone' in ended) return { result: 'not_done', why: ended.notDone }
  if (idempotency) await keepAnswer(tx, practiceId, idempotency, ended.done, [])
  return { result: 'done', answer: ended.done }
}
