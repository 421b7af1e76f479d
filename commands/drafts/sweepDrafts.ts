import { findDraftsToEnd } from '../../db/onboardings/drafts.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { endUnusedGrants } from '../connections/endGrants.ts'
import type { Providers } from '../connections/sessionOwner.ts'
import type { Commands } from '../execute.ts'
import { endDraft } from './endDraft.ts'

/** The age at which an untouched draft counts as abandoned. */
const ABANDONED_MS = 7 * DAY_MS
const MOST_SWEPT = 100

/**
 * Ends abandoned drafts, and the ledger connections that ended drafts still hold. A failure goes to `onError` and stops
 * no other; the next pass tries again. Returns the number ended.
 */
export async function sweepDrafts(
  commands: Pick<Commands, 'db'>,
  providers: Providers,
  onError: (draftId: string, error: unknown) => void,
): Promise<number> {
  let ended = 0
  for (const target of await findDraftsToEnd(commands.db, ABANDONED_MS, MOST_SWEPT)) {
    try {
      await endDraft(commands, target)
      await endUnusedGrants(commands.db, providers, target)
      ended += 1
    } catch (error) {
      onError(target.draftId, error)
    }
  }
  return ended
}
