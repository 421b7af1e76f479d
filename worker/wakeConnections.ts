import { findUnkept } from '../db/connections/living.ts'
import type { Parts } from './reconcile.ts'

/** The number woken in parallel. */
const WOKEN_AT_ONCE = 8
/** The most of each kind in one pass; the rest follows a minute later. */
const AT_MOST = 1_000

/**
 * Creates the pass that wakes the workflows of bank connections and sign-ins: of those that have none, and of those that
 * slept through their move, which it starts anew after several passes. Returns the number woken. Throws while the
 * database or the engine is away.
 */
export function createConnectionWaker({ db, engine, config }: Pick<Parts, 'db' | 'engine' | 'config'>) {
  let late = new Map<string, number>()
  return async (): Promise<number> => {
    const unkept = await findUnkept(db, config.oversleptAfterMs, AT_MOST)
    const waiting = unkept.values()
    const overslept = unkept.filter(({ why }) => why === 'overslept')
    late = new Map(overslept.map(({ id }) => [id, (late.get(id) ?? 0) + 1]))
    const work = async () => {
      for (const { why, ...living } of waiting) {
        const isStuck = (late.get(living.id) ?? 0) > config.failedAttempts
        await engine.wake(living, why === 'not_started' ? 'start' : isStuck ? 'anew' : 'signal')
      }
    }
    await Promise.all(Array.from({ length: WOKEN_AT_ONCE }, work))
    return unkept.length
  }
}
