import type { Database } from '../../db/client.ts'
import { isInUse } from '../../db/connections/connections.ts'
import { type AuthSession, forgetExternalId, readUnusedGrants, writeGrant } from '../../db/connections/sessions.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { LedgerConnector, LedgerTokens } from '../../providers/ledger/ledger.ts'
import { openGrant, withTokens } from './grants.ts'
import type { OfferedOrganisation } from './offered.ts'
import type { Providers, SessionTarget } from './sessionOwner.ts'

/**
 * Ends at the ledger what one authorisation reached, organisation by organisation and never the sign-in as a whole:
 * other clients connected through the same person go on working. One that a client uses, or that was connected before this
 * trip, stays.
 */
export async function endGrant(
  db: Database,
  ledger: LedgerConnector,
  practiceId: string,
  tokens: LedgerTokens,
  reached: OfferedOrganisation[],
): Promise<void> {
  for (const { connectionId, stood } of reached) {
    if (stood) continue
    const used = await db.inPractice(practiceId, (tx) => isInUse(tx, ledger.name, connectionId))
    if (!used) await ledger.disconnect(tokens, connectionId)
  }
}

/**
 * Ends at the bank what was approved there and never confirmed, as far as its connector can, and forgets its id. With the
 * provider away the id stays, and it is ended with the onboarding.
 */
export async function forgetApproval(
  db: Database,
  { bank }: Pick<Providers, 'bank'>,
  practiceId: string,
  { id, externalId }: Pick<AuthSession, 'id' | 'externalId'>,
): Promise<void> {
  try {
    if (bank.revoke && externalId !== null) await bank.revoke(externalId)
  } catch (error) {
    if (error instanceof ProviderFailure) return
    throw error
  }
  await db.inPractice(practiceId, (tx) => forgetExternalId(tx, id))
}

/** Ends what half-made connections of an ended onboarding or draft hold at providers. Throws ProviderFailure: try again. */
export async function endUnusedGrants(db: Database, providers: Providers, target: SessionTarget): Promise<void> {
  const { bank, ledger, sealer } = providers
  const { practiceId } = target
  const sessions = await db.inPractice(practiceId, (tx) => readUnusedGrants(tx, target))
  for (const session of sessions) {
    if (session.step === 'bank') {
      if (bank.revoke && session.externalId !== null) await bank.revoke(session.externalId)
      continue
    }
    const grant = openGrant(sealer, session)
    try {
      await withTokens(db, providers, practiceId, session.id, grant, (tokens) =>
        endGrant(db, ledger, practiceId, tokens, grant.reached),
      )
    } catch (error) {
      // A grant that is no longer valid has nothing left to end.
      if (!(error instanceof ProviderFailure) || error.kind !== 'ended') throw error
    }
    await db.inPractice(practiceId, (tx) => writeGrant(tx, session.id, null))
  }
}
