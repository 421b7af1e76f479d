import type { Database } from '../db/client.ts'
import { readReference } from '../db/onboardings/organisations.ts'
import { raiseRun } from '../db/onboardings/writes.ts'
import { isRunOver, type Progress } from '../domain/progress.ts'
import type { Engine } from './engine.ts'

/**
 * Sends the engine an onboarding's progress after the commit: a signal to the running workflow, else a start from the
 * row. Stamps the delivery. Throws if the engine is away; the reconciler then repeats it.
 */
export async function signalWorkflow(
  db: Database,
  engine: Engine,
  practiceId: string,
  onboardingId: string,
  progress: Progress,
  started: boolean,
): Promise<void> {
  const isSignalled = started && (await engine.signal(onboardingId, progress)) === 'signalled'
  // A closed workflow of an ended onboarding needs no progress.
  const nothingToDo = !isSignalled && started && isRunOver(progress) && progress.due.length === 0
  const run =
    isSignalled || nothingToDo ? progress.run : await startFrom(db, engine, practiceId, onboardingId, progress)
  // A started run reads the row itself, so only this progress counts as delivered.
  db.stamps.add({ practiceId, onboardingId, run, seq: progress.seq })
}

/** Starts the run, or the next one if this one has ended for good. Returns the number of the started run. */
async function startFrom(db: Database, engine: Engine, practiceId: string, onboardingId: string, progress: Progress) {
  const { run } = progress
  const reference = await db.inPractice(practiceId, (tx) => readReference(tx, onboardingId), 'one')
  if ((await engine.start(practiceId, onboardingId, run, progress, reference)) === 'started') return run
  const next = await db.inPractice(practiceId, (tx) => raiseRun(tx, onboardingId, run))
  await engine.start(practiceId, onboardingId, next, null, reference)
  return next
}
