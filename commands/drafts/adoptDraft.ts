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
import { type Grant, openGrant } from '../connections/ledgers/grants.ts'
import { ledgerConnection } from '../connections/ledgers/ledgerConnection.ts'
import type { Providers } from '../connections/sessionOwner.ts'
import { executeIn, type Target, type Unit } from '../execute.ts'

/** The draft that becomes the client, with the sealer of its ledger tokens. */
export type Adoption = { draftId: string; providers: Pick<Providers, 'sealer' | 'ledgers'> }

/** The state of a locked draft. `became`: it is a client. `linked`: another client has its ledger organisation. */
export type DraftStanding =
  | { is: 'open'; held: { session: AuthSession; grant: Grant } | null }
  | { is: 'became'; onboardingId: string }
  | { is: 'linked'; by: { id: string; name: string }; organisation: string }
  | { is: 'gone' }

/** Locks the draft and the ledger organisation it holds, so that both stay unchanged. */
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
 * Turns the draft into the onboarding of `target`. Its ledger is connected by the ordinary command; nothing else of the
 * draft is kept. Without `takesLedger` (books are skipped) the held connection is ended.
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
    const { accounts = [] } = held.grant
    await giveSession(tx, held.session.id, target.onboardingId, Date.now())
    const choice = { organisation: chosen, accounts }
    const { result } = await executeIn(unit, target, ledgerConnection(providers, target, held.session, choice))
    if (result !== 'changed') throw new Error('the ledger of a draft was not connected')
  }
  await writeDraftEnd(tx, draftId, target.onboardingId)
  await endDraftSessions(tx, draftId)
}
