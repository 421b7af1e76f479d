import type { Database } from '../../db/client.ts'
import { lockTokens, writeTokens } from '../../db/connections/connections.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { LedgerConnector, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import { repeatedOnce, withDates } from './grants.ts'

/** Tokens with less than this left are renewed before use. */
const RENEW_BEFORE_MS = MINUTE_MS

/**
 * Runs `work` with the tokens of a connection, renewed where they are about to end or the ledger does not accept them: one
 * renewal at a time, since the refresh token changes with every use. Returns null when the connection holds none. Throws
 * ProviderFailure ('ended' when the sign-in was revoked).
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
