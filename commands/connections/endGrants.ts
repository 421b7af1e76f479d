import type { Database } from '../../db/client.ts'
import { isInUse } from '../../db/connections/connections.ts'
import {
  type AuthSession,
  dropGrant,
  forgetExternalId,
  readSession,
  readUnusedGrants,
} from '../../db/connections/sessions.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { sessionAccess } from './banks/bankAccess.ts'
import { openGrant } from './ledgers/grants.ts'
import type { OfferedOrganisation } from './ledgers/offered.ts'
import { type SignInOf, signOutIfLast, withSignIn } from './ledgers/signIns.ts'
import type { Providers, SessionTarget } from './sessionOwner.ts'

/**
 * Ends the organisations that a session's sign-in reached at the ledger, one by one, because other clients may share the
 * sign-in; the sign-in itself only if nobody does. Skips organisations that a client uses or that were connected before
 * this session.
 */
export async function endGrant(
  db: Database,
  providers: Providers,
  practiceId: string,
  session: SignInOf & Pick<AuthSession, 'id'>,
  reached: OfferedOrganisation[],
): Promise<void> {
  await withSignIn(db, providers, practiceId, session, async (tokens, ledger) => {
    for (const { connectionId, stood } of reached) {
      if (stood) continue
      const used = await db.inPractice(practiceId, (tx) => isInUse(tx, ledger.name, connectionId))
      if (!used) await ledger.disconnect(tokens, connectionId)
    }
    await signOutIfLast(db, practiceId, ledger, tokens, session)
  })
}

/**
 * Ends an unconfirmed approval at the bank, if its connector can, and forgets its id. If the provider is away the id is
 * kept, and the clean-up of the onboarding ends it.
 */
export async function forgetApproval(
  db: Database,
  { banks, sealer }: Pick<Providers, 'banks' | 'sealer'>,
  practiceId: string,
  { id }: Pick<AuthSession, 'id'>,
): Promise<void> {
  const session = await db.inPractice(practiceId, (tx) => readSession(tx, id))
  const access = session && sessionAccess(sealer, session)
  try {
    if (access) await banks.of(session.provider).revoke?.(access)
  } catch (error) {
    if (error instanceof ProviderFailure) return
    throw error
  }
  await db.inPractice(practiceId, (tx) => forgetExternalId(tx, id))
}

/** Ends unfinished connections of an ended onboarding or draft at the providers. Throws ProviderFailure. */
export async function endUnusedGrants(db: Database, providers: Providers, target: SessionTarget): Promise<void> {
  const { banks, sealer } = providers
  const { practiceId } = target
  const sessions = await db.inPractice(practiceId, (tx) => readUnusedGrants(tx, target))
  for (const session of sessions) {
    if (session.step === 'bank') {
      const access = sessionAccess(sealer, session)
      if (access) await banks.of(session.provider).revoke?.(access)
      continue
    }
    const { id, signInId, provider } = session
    const reached = session.grantSealed === null ? [] : openGrant(sealer, session).reached
    try {
      if (signInId !== null) await endGrant(db, providers, practiceId, { id, signInId, provider }, reached)
    } catch (error) {
      // An expired grant has nothing left to end.
      if (!(error instanceof ProviderFailure) || error.kind !== 'ended') throw error
    }
    await db.inPractice(practiceId, (tx) => dropGrant(tx, id))
  }
}
