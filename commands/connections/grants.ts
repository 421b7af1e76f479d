import type { Database } from '../../db/client.ts'
import { type AuthSession, writeGrant } from '../../db/connections/sessions.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { Connectors } from '../../providers/connectors.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { LedgerAccount, LedgerConnector, LedgerOrganisation, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import type { OfferedOrganisation } from './offered.ts'

/** The result of a sign-in, stored sealed with its session until an organisation is chosen. */
export type Grant = {
  tokens: LedgerTokens
  reached: OfferedOrganisation[]
  chosen: LedgerOrganisation | null
  /** True if the client says that the chosen organisation is the same business; the practice checks it. */
  isSaidSame?: boolean
  /** The accounts of the chosen organisation, while a draft holds it. */
  accounts?: LedgerAccount[]
}

export function sealGrant(sealer: Sealer, sessionId: string, grant: Grant): string {
  return sealer.seal(JSON.stringify(grant), `session:${sessionId}`)
}

/** Opens the sealed grant of a session. Throws if the session has none or it was sealed for another session. */
export function openGrant(sealer: Sealer, session: AuthSession): Grant {
  if (session.grantSealed === null) throw new Error('the session holds no grant')
  const grant = JSON.parse(sealer.open(session.grantSealed, `session:${session.id}`)) as Grant
  return { ...grant, tokens: withDates(grant.tokens) }
}

/** Restores the date in tokens that were parsed from JSON. */
export const withDates = (tokens: LedgerTokens): LedgerTokens => ({ ...tokens, expiresAt: new Date(tokens.expiresAt) })

/**
 * Runs `work` with valid tokens at the session's own ledger: refreshes them first if they expire within a minute, and once more if the ledger
 * rejects them. Throws ProviderFailure (`ended` if the sign-in was revoked).
 */
export async function withTokens<T>(
  db: Database,
  { ledgers, sealer }: { ledgers: Connectors<LedgerConnector>; sealer: Sealer },
  practiceId: string,
  { id: sessionId, provider }: Pick<AuthSession, 'id' | 'provider'>,
  grant: Grant,
  work: (tokens: LedgerTokens, ledger: LedgerConnector) => Promise<T>,
): Promise<T> {
  const ledger = ledgers.of(provider)
  const renew = async (tokens: LedgerTokens) => {
    const fresh = await ledger.refresh(tokens)
    // The new tokens are stored before use: the old ones are invalid, and a retry needs the new ones.
    const sealed = sealGrant(sealer, sessionId, { ...grant, tokens: fresh })
    await db.inPractice(practiceId, (tx) => writeGrant(tx, sessionId, sealed))
    return fresh
  }
  const { tokens } = grant
  const isEnding = tokens.expiresAt.getTime() <= Date.now() + MINUTE_MS
  return repeatedOnce(ledger, isEnding ? await renew(tokens) : tokens, renew, (usable) => work(usable, ledger))
}

/** Runs `work`, again with refreshed tokens if they are rejected. A second rejection throws `ended`. */
export async function repeatedOnce<T>(
  ledger: LedgerConnector,
  tokens: LedgerTokens,
  renew: (tokens: LedgerTokens) => Promise<LedgerTokens>,
  work: (tokens: LedgerTokens) => Promise<T>,
): Promise<T> {
  try {
    return await work(tokens)
  } catch (error) {
    if (!isStale(error)) throw error
  }
  const fresh = await renew(tokens)
  try {
    return await work(fresh)
  } catch (error) {
    throw isStale(error) ? new ProviderFailure(ledger.name, 'ended', error.message) : error
  }
}

const isStale = (error: unknown): error is ProviderFailure =>
  error instanceof ProviderFailure && error.kind === 'stale_token'
