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
 * Returns the run that an activity works for. Older runs do not give `practiceId`, so it is looked up. Throws a
 * non-retryable NotFound for a missing onboarding, which fails the workflow.
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
 * Returns the progress after a command of the workflow. Throws a retryable failure for an early command, delayed until
 * its instant on the row's clock.
 */
export function progressAfter(db: Database, target: RunTarget, outcome: Outcome): Progress {
  if (outcome.result === 'not_found') throw missing()
  if (outcome.result === 'too_early') {
    throw ApplicationFailure.create({ message: 'too early', nextRetryDelay: Math.max(outcome.at - outcome.now, 1) })
  }
  // A change stamps its delivery itself.
  return outcome.result === 'unchanged' ? known(db, target, outcome) : progressOf(outcome.facts, outcome.now)
}

/** Reads the progress and stamps it as delivered, because the run gets it as the answer. */
export async function freshProgress(db: Database, target: RunTarget): Promise<Progress> {
  const read = await db.inPractice(target.practiceId, (tx) => readFacts(tx, target.onboardingId), 'one')
  if (!read) throw missing()
  return known(db, target, read)
}

function known(db: Database, target: RunTarget, { facts, now }: { facts: Facts; now: Instant }): Progress {
  db.stamps.add({ ...target, seq: facts.seq })
  return progressOf(facts, now)
}
