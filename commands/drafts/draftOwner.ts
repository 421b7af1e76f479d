import type { Tx } from '../../db/client.ts'
import { findTenantHolder } from '../../db/connections/connections.ts'
import { endHeldSession, holdSession, moveToFailed } from '../../db/connections/sessions.ts'
import { lockDraft, readDraft } from '../../db/onboardings/drafts.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { endGrant, endUnusedGrants } from '../connections/endGrants.ts'
import { sealGrant } from '../connections/ledgers/grants.ts'
import type { DraftTarget, SessionOwner } from '../connections/sessionOwner.ts'
import { steplessOwner } from '../connections/steplessOwner.ts'
import type { Commands } from '../execute.ts'

/** Returns a draft as the owner of sessions. */
export function draftOwner({ db }: Pick<Commands, 'db'>, target: DraftTarget): SessionOwner {
  const { practiceId, draftId } = target

  const lockOpen = async (tx: Tx): Promise<boolean> => (await lockDraft(tx, draftId))?.endedAt === null

  /**
   * Stores the chosen organisation with its session and releases an earlier choice. Refuses an organisation of another
   * client; until the draft becomes a client, another one may still take it.
   */
  const connect: SessionOwner['connect'] = async (providers, session, { organisation, accounts }) => {
    const { name, connectionId, tenantId } = organisation
    const held = await db.inPractice(practiceId, async (tx) => {
      if (!(await lockOpen(tx))) return 'ended'
      if (await findTenantHolder(tx, session.provider, tenantId, null)) {
        const failure = { family: 'already_linked', reason: `${name} is linked to another client.` } as const
        await moveToFailed(tx, session.id, failure, Date.now())
        return 'linked_elsewhere'
      }
      await endHeldSession(tx, draftId)
      const grant = { reached: [organisation], chosen: organisation, accounts }
      const isHeld = await holdSession(tx, session.id, connectionId, sealGrant(providers.sealer, session.id, grant))
      return isHeld ? 'connected' : 'ended'
    })
    if (held === 'linked_elsewhere') return { is: held, name }
    if (held === 'ended') {
      await endGrant(db, providers, practiceId, session, [organisation])
      return { is: held }
    }
    await endUnusedGrants(db, providers, target).catch((error: unknown) => {
      // The released connection is ended with the draft at the latest.
      if (!(error instanceof ProviderFailure)) throw error
    })
    return { is: held, name, repeated: false }
  }

  return {
    ...steplessOwner(db, practiceId, lockOpen),
    ids: { onboardingId: null, draftId },
    standing: async (tx) =>
      (await readDraft(tx, draftId))?.endedAt === null ? { now: Date.now(), refusal: null } : null,
    lock: (tx) => lockDraft(tx, draftId),
    connect,
  }
}
