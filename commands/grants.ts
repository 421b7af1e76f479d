import type { AuthSession } from '../db/sessions.ts'
import type { LedgerAccount, LedgerOrganisation, LedgerTokens } from '../providers/ledger/ledger.ts'
import type { Sealer } from '../providers/seal.ts'

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
