import type { Database } from '../../db/client.ts'
import type { AuthSession } from '../../db/connections/sessions.ts'
import type { StepReason } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { LedgerTokens, ReachedOrganisation } from '../../providers/ledger/ledger.ts'
import { withTokens } from './grants.ts'
import type { Providers } from './sessionOwner.ts'

/** Exchanges the code of a return and reads the organisations that the sign-in reaches. Throws ProviderFailure. */
export async function reach(
  db: Database,
  providers: Providers,
  practiceId: string,
  session: AuthSession,
  code: string,
): Promise<{ tokens: LedgerTokens; reached: ReachedOrganisation[] }> {
  const tokens = await exchange(providers, session, code)
  const grant = { tokens, reached: [], chosen: null }
  return withTokens(db, providers, practiceId, session, grant, async (usable, ledger) => ({
    tokens: usable,
    reached: await ledger.organisations(usable),
  }))
}

function exchange(
  { ledgers, sealer, publicUrl }: Providers,
  session: AuthSession,
  code: string,
): Promise<LedgerTokens> {
  const ledger = ledgers.of(session.provider)
  if (session.verifierSealed === null)
    throw new ProviderFailure(ledger.name, 'refused', 'The sign-in was never started.')
  const verifier = sealer.open(session.verifierSealed, `session:${session.id}`)
  return ledger.exchange({ code, verifier, redirectUrl: `${publicUrl}/connect/return` })
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
