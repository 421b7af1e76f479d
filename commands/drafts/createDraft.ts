import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { type Draft, insertDraft } from '../../db/onboardings/drafts.ts'
import type { Actor } from '../../domain/events.ts'
import type { Sealer } from '../../providers/seal.ts'
import { type DraftData, sealDraft } from './draftData.ts'

/** Creates a draft and returns its id. */
export async function createDraft(
  tx: Tx,
  sealer: Sealer,
  practiceId: string,
  actor: Actor,
  draft: { kind: Draft['kind']; step: string; data: DraftData },
): Promise<string> {
  const id = randomUUID()
  const dataSealed = sealDraft(sealer, id, draft.data)
  await insertDraft(tx, practiceId, { id, kind: draft.kind, step: draft.step, dataSealed }, actor)
  return id
}
