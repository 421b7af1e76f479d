import { findTenantHolder } from '../../db/connections/connections.ts'
import { type AuthSession, endHeldSession, holdSession, moveSession } from '../../db/connections/sessions.ts'
import { lockDraft } from '../../db/onboardings/drafts.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { endGrant, endUnusedGrants } from '../connections/endGrants.ts'
import { sealGrant } from '../connections/grants.ts'
import type { LedgerChoice } from '../connections/ledgerConnection.ts'
import type { DraftTarget, Providers } from '../connections/sessions.ts'
import type { Commands } from '../execute.ts'

/** How it ended: the same words as a connection's. */
type Held =
  | { is: 'connected'; name: string; repeated: false }
  | { is: 'linked_elsewhere'; name: string }
  | { is: 'ended' }

/**
 * Keeps what was chosen with its session until the draft becomes a client. One that was chosen before is let go. A ledger
 * organisation that is another client's already is refused now; between now and then somebody else may still take it.
 */
export async function holdForDraft(
  { db }: Commands,
  providers: Providers,
  target: DraftTarget,
  session: AuthSession,
  { tokens, organisation, accounts }: LedgerChoice,
): Promise<Held> {
  const { practiceId, draftId } = target
  const { name, connectionId, tenantId } = organisation
  const grant = { tokens, reached: [organisation], chosen: organisation, accounts }
  const held = await db.inPractice(practiceId, async (tx) => {
    const draft = await lockDraft(tx, draftId)
    if (!draft || draft.endedAt !== null) return 'ended' as const
    const holder = await findTenantHolder(tx, session.provider, tenantId, null)
    if (holder) {
      const words = `${name} is linked to another client.`
      const failure = { family: 'already_linked', reason: words }
      await moveSession(tx, session.id, ['exchanging', 'choosing'], 'failed', Date.now(), failure)
      return 'linked_elsewhere' as const
    }
    await endHeldSession(tx, draftId)
    const isHeld = await holdSession(tx, session.id, connectionId, sealGrant(providers.sealer, session.id, grant))
    return isHeld ? ('connected' as const) : ('ended' as const)
  })
  if (held === 'linked_elsewhere') return { is: held, name }
  if (held === 'ended') {
    await endGrant(db, providers.ledger, practiceId, tokens, [organisation])
    return { is: held }
  }
  await endUnusedGrants(db, providers, target).catch((error: unknown) => {
    // What was let go is ended with the draft at the latest.
    if (!(error instanceof ProviderFailure)) throw error
  })
  return { is: held, name, repeated: false }
}
