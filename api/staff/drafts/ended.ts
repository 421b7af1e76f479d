import { z } from 'zod'
import { endUnusedGrants } from '../../../commands/connections/endGrants.ts'
import type { DraftTarget } from '../../../commands/connections/sessionOwner.ts'
import { ProviderFailure } from '../../../providers/failure.ts'
import type { Dependencies } from '../../dependencies.ts'

export const endedSchema = z.object({
  endedThere: z.boolean().meta({ description: 'False: the ledger did not answer; it is asked again later.' }),
})

/** Ends the draft's access at the ledger. The worker retries failures once the draft has ended. */
export async function endThere(deps: Dependencies, target: DraftTarget): Promise<boolean> {
  try {
    await endUnusedGrants(deps.db, deps, target)
    return true
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    deps.logger.warn({ err: error }, 'the ledger of a draft could not be ended')
    return false
  }
}
