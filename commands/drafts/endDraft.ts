import { endHeldSession } from '../../db/connections/sessions.ts'
import { forgetAnswersAbout } from '../../db/idempotency.ts'
import { endDraftSessions, lockDraft, writeDraftEnd } from '../../db/onboardings/drafts.ts'
import type { DraftTarget } from '../connections/sessionOwner.ts'
import type { Commands } from '../execute.ts'

/**
 * Deletes a draft with everything typed. The caller ends its ledger connection afterwards. Returns false if there is no
 * such draft, or it became a client.
 */
export async function endDraft({ db }: Pick<Commands, 'db'>, target: DraftTarget): Promise<boolean> {
  return db.inPractice(target.practiceId, async (tx) => {
    const draft = await lockDraft(tx, target.draftId)
    if (!draft) return false
    if (draft.endedAt !== null) return draft.onboardingId === null
    await writeDraftEnd(tx, target.draftId, null)
    await endDraftSessions(tx, target.draftId)
    await forgetAnswersAbout(tx, [target.draftId])
    return true
  })
}

/** Releases the ledger connected for a draft, if any. Returns false if there is no such draft. */
export async function disconnectDraft({ db }: Pick<Commands, 'db'>, target: DraftTarget): Promise<boolean> {
  return db.inPractice(target.practiceId, async (tx) => {
    const draft = await lockDraft(tx, target.draftId)
    if (draft?.endedAt !== null) return false
    await endHeldSession(tx, target.draftId)
    return true
  })
}
