import { findPracticesToMeasure, measureStages } from '../db/onboardings/stageUsual.ts'
import { DAY_MS } from '../domain/situation.ts'
import type { Commands } from './execute.ts'

const MOST_MEASURED = 50

/**
 * Measures, once a day per practice, how long its stages usually take. A failure goes to `onError` and stops no other.
 * Returns the number of practices measured.
 */
export async function measureDueStages(
  { db }: Pick<Commands, 'db'>,
  onError: (practiceId: string, error: unknown) => void,
): Promise<number> {
  let measured = 0
  for (const practiceId of await findPracticesToMeasure(db, DAY_MS, MOST_MEASURED)) {
    try {
      await db.inPractice(practiceId, measureStages)
      measured += 1
    } catch (error) {
      onError(practiceId, error)
    }
  }
  return measured
}
