import type { Database } from '../../db/client.ts'
import { lockTokens, writeTokens } from '../../db/connections/connections.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { LedgerConnector, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import { repeatedOnce, withDates } from './grants.ts'

/** The remaining life below which tokens are refreshed before use. */
const RENEW_BEFORE_MS = MINUTE_MS

/**
 * Runs `work` with a connection's tokens, refreshed if they expire soon or the ledger rejects them. Refreshes run one
 * at a time, because each use changes the refresh token. Returns null if the connection has no tokens. Throws
 * ProviderFailure (`ended` if the sign-in was revoked).
 */
export async function withConnectionTokens<T>(
  db: Database,
  ledger: LedgerConnector,
  sealer: Sealer,
  practiceId: string,
  connectionId: string,
  work: (tokens: LedgerTokens) => Promise<T>,
): Promise<T | null> {
  const context = `connection:${connectionId}`
  const read = (refused?: LedgerTokens) =>
    db.inPractice(practiceId, async (tx) => {
      const sealed = await lockTokens(tx, connectionId)
      if (sealed === null) return null
      const tokens = withDates(JSON.parse(sealer.open(sealed, context)) as LedgerTokens)
      const isEnding = tokens.expiresAt.getTime() <= Date.now() + RENEW_BEFORE_MS
      if (!isEnding && tokens.accessToken !== refused?.accessToken) return tokens
      const fresh = await ledger.refresh(tokens)
      await writeTokens(tx, connectionId, sealer.seal(JSON.stringify(fresh), context))
      return fresh
    })
  const tokens = await read()
  return tokens && repeatedOnce(ledger, tokens, async (refused) => (await read(refused)) ?? refused, work)
}
