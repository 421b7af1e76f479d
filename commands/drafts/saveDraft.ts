import type { Tx } from '../../db/client.ts'
import { lockDraft, writeDraft } from '../../db/onboardings/drafts.ts'
import type { Sealer } from '../../providers/seal.ts'
import { type DraftData, sealDraft } from './draftData.ts'

/** Saves a draft's fields, if its version is `version` (null: any version). */
export async function saveDraft(
  tx: Tx,
  sealer: Sealer,
  draftId: string,
  change: { step?: string | undefined; data?: DraftData | undefined },
  version: number | null,
): Promise<'saved' | 'not_found' | 'changed_meanwhile'> {
  const draft = await lockDraft(tx, draftId)
  if (!draft || draft.endedAt !== null) return 'not_found'
  if (version !== null && version !== draft.version) return 'changed_meanwhile'
  const sealed = change.data ? sealDraft(sealer, draftId, change.data) : draft.dataSealed
  await writeDraft(tx, draftId, change.step ?? draft.step, sealed)
  return 'saved'
}
