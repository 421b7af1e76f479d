import type { Database } from '../../db/client.ts'
import { type AuthSession, writeGrant } from '../../db/connections/sessions.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { LedgerAccount, LedgerConnector, LedgerOrganisation, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import type { OfferedOrganisation } from './offered.ts'

/** What a sign-in gave, kept sealed with its session until an organisation is chosen. */
export type Grant = {
  tokens: LedgerTokens
  reached: OfferedOrganisation[]
  chosen: LedgerOrganisation | null
  /** The client says that the chosen one is the same business, whose name is another: the practice checks it. */
  isSaidSame?: boolean
  /** Of the chosen organisation, while it waits for a client. */
  accounts?: LedgerAccount[]
}

export function sealGrant(sealer: Sealer, sessionId: string, grant: Grant): string {
  return sealer.seal(JSON.stringify(grant), `session:${sessionId}`)
}

/** Throws when the session holds no grant, or it was sealed for another. */
export function openGrant(sealer: Sealer, session: AuthSession): Grant {
  if (session.grantSealed === null) throw new Error('the session holds no grant')
  const grant = JSON.parse(sealer.open(session.grantSealed, `session:${session.id}`)) as Grant
  return { ...grant, tokens: withDates(grant.tokens) }
}

/** Tokens as they come out of JSON. */
export const withDates = (tokens: LedgerTokens): LedgerTokens => ({ ...tokens, expiresAt: new Date(tokens.expiresAt) })

/**
 * Runs `work` with tokens that still open something: renewed first where they are about to end, and renewed and tried once
 * more where the ledger does not accept them. Throws ProviderFailure ('ended' when the sign-in is over).
 */
export async function withTokens<T>(
  db: Database,
  { ledger, sealer }: { ledger: LedgerConnector; sealer: Sealer },
  practiceId: string,
  sessionId: string,
  grant: Grant,
  work: (tokens: LedgerTokens) => Promise<T>,
): Promise<T> {
  const renew = async (tokens: LedgerTokens) => {
    const fresh = await ledger.refresh(tokens)
    // Kept before it is used: the old ones are gone, and the next try needs these.
    const sealed = sealGrant(sealer, sessionId, { ...grant, tokens: fresh })
    await db.inPractice(practiceId, (tx) => writeGrant(tx, sessionId, sealed))
    return fresh
  }
  const { tokens } = grant
  const isEnding = tokens.expiresAt.getTime() <= Date.now() + MINUTE_MS
  return repeatedOnce(ledger, isEnding ? await renew(tokens) : tokens, renew, work)
}

/** Runs `work`; where the access token is not accepted, once more with renewed ones. Refused again, the sign-in is over. */
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
