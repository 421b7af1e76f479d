import { ApplicationFailure } from '@temporalio/activity'
import type { Outcome, Target } from '../commands/execute.ts'
import type { Database } from '../db/client.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import { resolveOnboarding } from '../db/resolve.ts'
import { progressOf } from '../domain/nextMove.ts'
import type { Progress } from '../domain/progress.ts'
import type { Facts, Instant } from '../domain/situation.ts'

/** The run that an activity works for. */
export type RunTarget = Target & { run: number }

/**
 * Returns the run that an activity works for. Runs started before their input named the practice do not give `practiceId`:
 * it is looked up. A missing onboarding can never come back, so the workflow fails for good.
 */
export async function targetOf(
  db: Database,
  onboardingId: string,
  run: number,
  practiceId: string | null = null,
): Promise<RunTarget> {
  const owner = practiceId ?? (await resolveOnboarding(db, onboardingId))
  if (!owner) throw missing()
  return { practiceId: owner, onboardingId, run }
}

const missing = () => ApplicationFailure.nonRetryable('the onboarding does not exist', 'NotFound')

/**
 * Returns the progress after a command of the workflow. One that came early is tried again when its instant has come, on
 * the row's clock.
 */
export function progressAfter(db: Database, target: RunTarget, outcome: Outcome): Progress {
  if (outcome.result === 'not_found') throw missing()
  if (outcome.result === 'too_early') {
    throw ApplicationFailure.create({ message: 'too early', nextRetryDelay: Math.max(outcome.at - outcome.now, 1) })
  }
  // What changed was stamped with the change.
  return outcome.result === 'unchanged' ? known(db, target, outcome) : progressOf(outcome.facts, outcome.now)
}

/** Reads the progress as it stands and stamps it as known to the run, which gets it back. */
export async function freshProgress(db: Database, target: RunTarget): Promise<Progress> {
  const read = await db.inPractice(target.practiceId, (tx) => readFacts(tx, target.onboardingId), 'one')
  if (!read) throw missing()
  return known(db, target, read)
}

function known(db: Database, target: RunTarget, { facts, now }: { facts: Facts; now: Instant }): Progress {
  db.stamps.add({ ...target, seq: facts.seq })
  return progressOf(facts, now)
}
