import type { Database } from '../../db/client.ts'
import { type AuthSession, writeGrant } from '../../db/connections/sessions.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import type { LedgerAccount, LedgerConnector, LedgerOrganisation, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'

/** What a sign-in gave, kept sealed with its session until an organisation is chosen. */
export type Grant = {
  tokens: LedgerTokens
  reached: LedgerOrganisation[]
  chosen: LedgerOrganisation | null
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
 * Tokens that still open something, renewed if need be: an access token lives half an hour. Throws ProviderFailure
 * ('ended' when the sign-in is over).
 */
export async function usableTokens(
  db: Database,
  { ledger, sealer }: { ledger: LedgerConnector; sealer: Sealer },
  practiceId: string,
  sessionId: string,
  grant: Grant,
): Promise<LedgerTokens> {
  if (grant.tokens.expiresAt.getTime() > Date.now() + MINUTE_MS) return grant.tokens
  const tokens = await ledger.refresh(grant.tokens)
  // Kept before it is used: the old ones are gone, and the next try needs these.
  const sealed = sealGrant(sealer, sessionId, { ...grant, tokens })
  await db.inPractice(practiceId, (tx) => writeGrant(tx, sessionId, sealed))
  return tokens
}
