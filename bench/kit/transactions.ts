import type { Database } from '../../db/client.ts'

/** Wraps a database and records the ms of each transaction, begin and commit included. */
export function timedDatabase(db: Database): { db: Database; times: number[] } {
  const times: number[] = []
  return {
    times,
    db: {
      ...db,
      inPractice: async (practiceId, work, plans) => {
        const begun = performance.now()
        const result = await db.inPractice(practiceId, work, plans)
        times.push(performance.now() - begun)
        return result
      },
    },
  }
}
