import type { Database } from '../../../db/client.ts'
import type { AuthSession } from '../../../db/connections/sessions.ts'
import type { StepReason } from '../../../domain/situation.ts'
import { type FailureKind, ProviderFailure } from '../../../providers/failure.ts'
import type { LedgerReturn } from '../../../providers/ledger/ledger.ts'
import type { Providers } from '../sessionOwner.ts'
import { storeSignIn, withSignIn } from './signIns.ts'

/**
 * Exchanges the code of a return, stores the sign-in before anything uses it, and reads the organisations that it
 * reaches. Throws ProviderFailure.
 */
export async function signInAndRead(
  db: Database,
  providers: Providers,
  practiceId: string,
  session: AuthSession,
  returned: LedgerReturn,
) {
  const { ledgers, sealer, publicUrl } = providers
  const ledger = ledgers.of(session.provider)
  if (session.verifierSealed === null)
    throw new ProviderFailure(ledger.name, 'refused', 'The sign-in was never started.')
  const verifier = sealer.open(session.verifierSealed, `session:${session.id}`)
  const tokens = await ledger.exchange({ ...returned, verifier, redirectUrl: `${publicUrl}/connect/return` })
  const signIn = await db.inPractice(practiceId, (tx) => storeSignIn(tx, sealer, practiceId, session, tokens))
  const found = await withSignIn(db, providers, practiceId, signIn, (held, by) => by.organisations(held))
  return { signIn, found: found ?? [] }
}

const REASONS: Record<FailureKind, StepReason> = {
  denied: 'cancelled',
  permission: 'permission',
  unavailable: 'unavailable',
  rate_limited: 'unavailable',
  misconfigured: 'refused_us',
  refused: 'refused',
  stale_token: 'refused',
  ended: 'refused',
}

/** Returns the step's reason and the plain words for a failure at the ledger; rethrows any other error. */
export function reasonOf(error: unknown): [StepReason, string] {
  if (!(error instanceof ProviderFailure)) throw error
  return [REASONS[error.kind], error.message]
}
