import type { Database } from '../../../db/client.ts'
import type { AuthSession } from '../../../db/connections/sessions.ts'
import type { StepReason } from '../../../domain/situation.ts'
import { ProviderFailure } from '../../../providers/failure.ts'
import type { LedgerReturn } from '../../../providers/ledger/ledger.ts'
import type { Providers } from '../sessionOwner.ts'
import { type SignInOf, storeSignIn } from './signIns.ts'

/** Exchanges the code of a return, and stores the sign-in before anything uses it. Throws ProviderFailure. */
export async function signInWith(
  db: Database,
  { ledgers, sealer, publicUrl }: Providers,
  practiceId: string,
  session: AuthSession,
  returned: LedgerReturn,
): Promise<SignInOf> {
  const ledger = ledgers.of(session.provider)
  if (session.verifierSealed === null)
    throw new ProviderFailure(ledger.name, 'refused', 'The sign-in was never started.')
  const verifier = sealer.open(session.verifierSealed, `session:${session.id}`)
  const tokens = await ledger.exchange({ ...returned, verifier, redirectUrl: `${publicUrl}/connect/return` })
  return db.inPractice(practiceId, (tx) => storeSignIn(tx, sealer, practiceId, session, tokens))
}

/** Returns the step's reason and the plain words for a failure at the ledger; rethrows any other error. */
export function reasonOf(error: unknown): [StepReason, string] {
  if (!(error instanceof ProviderFailure)) throw error
  switch (error.kind) {
    case 'denied':
      return ['cancelled', error.message]
    case 'permission':
      return ['permission', error.message]
    case 'unavailable':
    case 'rate_limited':
      return ['unavailable', error.message]
    case 'misconfigured':
      return ['refused_us', error.message]
    case 'refused':
    case 'stale_token':
    case 'ended':
      return ['refused', error.message]
  }
}
