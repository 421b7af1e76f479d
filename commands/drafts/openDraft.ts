import type { Tx } from '../../db/client.ts'
import { findTenantHolder } from '../../db/connections/connections.ts'
import { readSession } from '../../db/connections/sessions.ts'
import { type Draft, findFailedSession, findHeldSession, readDraft, readDraftsOf } from '../../db/onboardings/drafts.ts'
import type { Actor } from '../../domain/events.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { Sealer } from '../../providers/seal.ts'
import { openGrant } from '../connections/ledgers/grants.ts'
import { type DraftData, unsealDraft } from './draftData.ts'

const MOST_OPEN = 50
/** The time for which a failed session is reported; later the draft simply has no connection. */
const TOLD_FOR_MS = 30 * MINUTE_MS

/** A draft for its wizard. `ledger` is the connection made for it. Instants in ms. */
export type OpenDraft = Omit<Draft, 'dataSealed' | 'endedAt' | 'onboardingId'> & {
  data: DraftData
  ledger: { provider: string; label: string; organisation: string; accounts: number; connectedAt: number } | null
}

/** Returns an open draft; null if there is none. */
export async function openDraft(tx: Tx, sealer: Sealer, draftId: string): Promise<OpenDraft | null> {
  const draft = await readDraft(tx, draftId)
  return draft && draft.endedAt === null ? opened(tx, sealer, draft) : null
}

/** Returns the open drafts of a person or API key, the latest first. */
export async function openDraftsOf(tx: Tx, sealer: Sealer, actor: Actor): Promise<OpenDraft[]> {
  const drafts = await readDraftsOf(tx, actor, MOST_OPEN)
  return Promise.all(drafts.map((draft) => opened(tx, sealer, draft)))
}

async function opened(tx: Tx, sealer: Sealer, draft: Draft): Promise<OpenDraft> {
  const { dataSealed, endedAt: _ended, onboardingId: _onboarding, ...rest } = draft
  const data = unsealDraft(sealer, draft.id, dataSealed)
  return { ...rest, data, ledger: await ledgerOf(tx, sealer, draft.id) }
}

async function ledgerOf(tx: Tx, sealer: Sealer, draftId: string): Promise<OpenDraft['ledger']> {
  const sessionId = await findHeldSession(tx, draftId)
  const session = sessionId && (await readSession(tx, sessionId))
  if (!session) return null
  const { chosen, accounts = [] } = openGrant(sealer, session)
  return {
    provider: session.provider,
    label: session.institutionName ?? session.provider,
    organisation: chosen?.name ?? '',
    accounts: accounts.length,
    connectedAt: session.statusAt,
  }
}

/** The reason why a draft's last ledger session connected nothing. `holder`: the client that has the organisation. */
export type FailedTrip = { label: string; failure: string; holder: { id: string; name: string } | null }

/** Returns the draft's last ledger session if it failed within the last half hour; null otherwise. */
export async function failedTripOf(tx: Tx, sealer: Sealer, draftId: string): Promise<FailedTrip | null> {
  const sessionId = await findFailedSession(tx, draftId, TOLD_FOR_MS)
  const session = sessionId && (await readSession(tx, sessionId))
  if (!session) return null
  const chosen = session.grantSealed === null ? null : openGrant(sealer, session).chosen
  return {
    label: session.institutionName ?? session.provider,
    failure: session.failure ?? '',
    holder: chosen && (await findTenantHolder(tx, session.provider, chosen.tenantId, null)),
  }
}
