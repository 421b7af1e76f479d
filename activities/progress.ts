import { ApplicationFailure } from '@temporalio/activity'
import type { Outcome, Target } from '../commands/execute.ts'
import type { Database } from '../db/client.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import { stampNotified } from '../db/onboardings/writes.ts'
import { resolveOnboarding } from '../db/resolve.ts'
import { situationOf } from '../domain/nextMove.ts'
import type { Situation } from '../domain/situation.ts'

/** Whose onboarding it is. A missing one can never come back, so the workflow fails for good. */
export async function targetOf(db: Database, onboardingId: string, run: number): Promise<Target & { run: number }> {
  const practiceId = await resolveOnboarding(db, onboardingId)
  if (!practiceId) throw ApplicationFailure.nonRetryable('the onboarding does not exist', 'NotFound')
  return { practiceId, onboardingId, run }
}

/**
 * The situation after a command of the workflow. One that came early is tried again when its instant has come, on the
 * row's clock.
 */
export function situationAfter(outcome: Outcome): Situation {
  if (outcome.result === 'not_found') throw ApplicationFailure.nonRetryable('the onboarding does not exist', 'NotFound')
  if (outcome.result === 'too_early') {
    throw ApplicationFailure.create({ message: 'too early', nextRetryDelay: Math.max(outcome.at - outcome.now, 1) })
  }
  return situationOf(outcome.facts, outcome.now)
}

/** The situation as it stands, counted as told: the workflow gets it back. */
export async function freshSituation(db: Database, target: Target & { run: number }): Promise<Situation> {
  return db.inPractice(target.practiceId, async (tx) => {
    const read = await readFacts(tx, target.onboardingId)
    if (!read) throw ApplicationFailure.nonRetryable('the onboarding does not exist', 'NotFound')
    await stampNotified(tx, target.practiceId, target.onboardingId, target.run, read.facts.seq)
    return situationOf(read.facts, read.now)
  })
}
