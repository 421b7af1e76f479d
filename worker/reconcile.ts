import type { Commands } from '../commands/execute.ts'
import { tellEngine } from '../commands/tellEngine.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import { type Amiss, findAmiss, lockIfFree } from '../db/onboardings/reconcile.ts'
import { situationOf } from '../domain/nextMove.ts'
import type { ReconcileConfig } from './config.ts'

/** So many are told at the same time; each waits for the engine and holds no connection meanwhile. */
const AT_ONCE = 8

/**
 * Finds onboardings the engine has lost sight of (never started, not told, slept past their time) and tells it how they
 * stand, which starts what is not running. Errors of one do not stop the others and go to `onError`. Answers how many
 * were told. Throws when the database or the engine is away: the next pass finds the same again.
 */
export async function reconcile(
  { db, engine }: Pick<Commands, 'db' | 'engine'>,
  config: ReconcileConfig,
  onError: (amiss: Amiss, error: unknown) => void,
): Promise<number> {
  const seen = new Set<string>()
  let told = 0
  for (;;) {
    const batch = await findAmiss(db, config, config.atMost)
    const fresh = batch.filter(({ onboardingId }) => !seen.has(onboardingId))
    // Those that are amiss still were told already, or cannot be: they wait for the next pass.
    if (fresh.length === 0) return told
    if (seen.size === 0) await engine.check()
    for (const { onboardingId } of fresh) seen.add(onboardingId)
    const waiting = [...new Map(fresh.map((amiss) => [amiss.onboardingId, amiss])).values()]
    const mend = async () => {
      for (let amiss = waiting.pop(); amiss; amiss = waiting.pop()) {
        try {
          if (await tell({ db, engine }, amiss)) told += 1
        } catch (error) {
          onError(amiss, error)
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, mend))
    if (batch.length < config.atMost) return told
  }
}

/** Tells the engine how the row stands now; false when somebody is at it. */
async function tell({ db, engine }: Pick<Commands, 'db' | 'engine'>, { practiceId, onboardingId }: Amiss) {
  const read = await db.inPractice(practiceId, async (tx) =>
    (await lockIfFree(tx, onboardingId)) ? readFacts(tx, onboardingId) : null,
  )
  if (!read) return false
  await tellEngine(db, engine, practiceId, onboardingId, situationOf(read.facts, read.now), read.started)
  return true
}
