import type { Database } from '../client.ts'

/** Returns completed clients of all practices whose row says what was so before a change that time brought. */
export const findTurned = (
  { sql }: Database,
  atMost: number,
): Promise<{ practiceId: string; onboardingId: string }[]> =>
  sql<{ practiceId: string; onboardingId: string }[]>`
    SELECT practice_id AS "practiceId", id AS "onboardingId" FROM completed_turned(${atMost})`
