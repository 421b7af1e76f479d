import type { Database } from '../../db/client.ts'
import { lockTokens, writeTokens } from '../../db/connections/connections.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { LedgerConnector, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import { withDates } from './grants.ts'

/** Tokens with less than this left are renewed before use. */
const RENEW_BEFORE_MS = MINUTE_MS

/**
 * The tokens of a connection, renewed if need be: one renewal at a time, since the refresh token changes with every
 * use. Null when the connection holds none. Throws ProviderFailure ('ended' when the sign-in was revoked).
 */
export async function freshTokens(
  db: Database,
  ledger: LedgerConnector,
  sealer: Sealer,
  practiceId: string,
  connectionId: string,
): Promise<LedgerTokens | null> {
  const context = `connection:${connectionId}`
  return db.inPractice(practiceId, async (tx) => {
    const sealed = await lockTokens(tx, connectionId)
    if (sealed === null) return null
    const tokens = withDates(JSON.parse(sealer.open(sealed, context)) as LedgerTokens)
    if (tokens.expiresAt.getTime() > Date.now() + RENEW_BEFORE_MS) return tokens
    const fresh = await ledger.refresh(tokens)
    await writeTokens(tx, connectionId, sealer.seal(JSON.stringify(fresh), context))
    return fresh
  })
}
