import type { Tx } from '../../db/client.ts'
import { findTenantHolder, lockTenant } from '../../db/connections/connections.ts'
import { type AuthSession, readSession } from '../../db/connections/sessions.ts'
import {
  endDraftSessions,
  findHeldSession,
  giveSession,
  lockDraft,
  writeDraftEnd,
} from '../../db/onboardings/drafts.ts'
import { type Grant, openGrant } from '../connections/grants.ts'
import { ledgerConnection } from '../connections/ledgerConnection.ts'
import type { Providers } from '../connections/sessionOwner.ts'
import { executeIn, type Target, type Unit } from '../execute.ts'

/** Which draft is to become the client, and what opens its ledger tokens. */
export type Adoption = { draftId: string; providers: Pick<Providers, 'sealer' | 'ledger'> }

/** How a draft stands under its lock. `became`: it is a client already. `linked`: its ledger organisation is another's. */
export type DraftStanding =
  | { is: 'open'; held: { session: AuthSession; grant: Grant } | null }
  | { is: 'became'; onboardingId: string }
  | { is: 'linked'; by: { id: string; name: string }; organisation: string }
  | { is: 'gone' }

/** Locks the draft, and with it the ledger organisation it holds, so that both stay as they are found. */
export async function takeDraft(tx: Tx, { draftId, providers }: Adoption): Promise<DraftStanding> {
  const draft = await lockDraft(tx, draftId)
  if (!draft) return { is: 'gone' }
  if (draft.onboardingId !== null) return { is: 'became', onboardingId: draft.onboardingId }
  if (draft.endedAt !== null) return { is: 'gone' }
  const sessionId = await findHeldSession(tx, draftId)
  const session = sessionId === null ? null : await readSession(tx, sessionId)
  if (!session) return { is: 'open', held: null }
  const grant = openGrant(providers.sealer, session)
  const { chosen } = grant
  if (!chosen) return { is: 'open', held: null }
  await lockTenant(tx, chosen.tenantId)
  const holder = await findTenantHolder(tx, session.provider, chosen.tenantId, null)
  if (holder) return { is: 'linked', by: holder, organisation: chosen.name }
  return { is: 'open', held: { session, grant } }
}

/**
 * Makes the draft the onboarding that `target` names: its ledger becomes the onboarding's by the ordinary command, and
 * nothing else of it is kept. Without `takesLedger` (the books are skipped) what it holds is left to be ended.
 */
export async function adoptDraft(
  unit: Unit,
  { draftId, providers }: Adoption,
  target: Target,
  { held }: Extract<DraftStanding, { is: 'open' }>,
  takesLedger: boolean,
): Promise<void> {
  const { tx } = unit
  const chosen = held?.grant.chosen
  if (held && chosen && takesLedger) {
    const { tokens, accounts = [] } = held.grant
    await giveSession(tx, held.session.id, target.onboardingId, Date.now())
    const choice = { tokens, organisation: chosen, accounts }
    const { result } = await executeIn(unit, target, ledgerConnection(providers, target, held.session, choice))
    if (result !== 'changed') throw new Error('the ledger of a draft was not connected')
  }
  await writeDraftEnd(tx, draftId, target.onboardingId)
  await endDraftSessions(tx, draftId)
}
