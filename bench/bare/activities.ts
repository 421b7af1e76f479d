import type { Database } from '../../db/client.ts'
import type { Progress } from '../../domain/progress.ts'
import { progressLike } from './contract.ts'

/** Creates the activities of the bare workflow; each is one statement on one row. */
export function bareActivities({ sql }: Database) {
  const note =
    (column: string) =>
    async (id: string): Promise<Progress> => {
      await sql`UPDATE bare_flow SET ${sql(column)} = clock_timestamp() WHERE id = ${id}`
      return progressLike(id, 1, Date.now())
    }
  return { createOrganisation: note('created_at'), deliver: note('sent_at'), complete: note('completed_at') }
}

export type BareActivities = ReturnType<typeof bareActivities>
