import type { Capabilities } from '../bank/bank.ts'

/** Tokens of one sign-in. Sealed before they are stored. `expiresAt` is of the access token. */
export type LedgerTokens = { accessToken: string; refreshToken: string; expiresAt: Date; authEventId: string | null }

/** One organisation that a sign-in reaches. `connectionId` ends this one alone; `tenantId` names it in calls. */
export type LedgerOrganisation = { connectionId: string; tenantId: string; name: string }

/** An organisation that a sign-in reaches, with the two signs that the person has chosen it just now. */
export type ReachedOrganisation = LedgerOrganisation & {
  /** The ledger names this very authorisation. It need not, when the organisation was connected before. */
  isOfThisSignIn: boolean
  /** When a person last connected it; null where the ledger does not say. */
  lastConnectedAt: Date | null
}

export type LedgerAccount = {
  externalId: string
  name: string
  code: string | null
  number: string | null // as the ledger stores it: free text
  currency: string | null
}

/**
 * A ledger. Calls with tokens throw ProviderFailure: `stale_token` where the access token is not accepted, `ended` where the
 * sign-in or the organisation is gone, `misconfigured` where the ledger refuses us although it is connected.
 */
export interface LedgerConnector {
  readonly name: string
  readonly label: string // short, at most 10 characters
  readonly can: Capabilities
  readonly browserOrigins: string[]
  /** How many organisations we may have connected at once, over all practices; null without a limit. */
  readonly mostConnections: number | null
  /** Makes a PKCE verifier and the address to send the browser to. */
  authorise(request: { state: string; redirectUrl: string }): Promise<{ redirectUrl: string; verifier: string }>
  /** Exchanges the code of a return for tokens. Throws ProviderFailure ('ended' for a used or stale code). */
  exchange(request: { code: string; verifier: string; redirectUrl: string }): Promise<LedgerTokens>
  /** Fresh tokens; the old refresh token may be gone afterwards. Throws ProviderFailure ('ended' when revoked). */
  refresh(tokens: LedgerTokens): Promise<LedgerTokens>
  /** Every organisation that this person connected, also for other clients. May be empty. Throws ProviderFailure. */
  organisations(tokens: LedgerTokens): Promise<ReachedOrganisation[]>
  /** The organisation's own name, which may differ from the one listed. Throws ProviderFailure. */
  organisationName(tokens: LedgerTokens, tenantId: string): Promise<string>
  /** Its active bank accounts. Throws ProviderFailure. */
  bankAccounts(tokens: LedgerTokens, tenantId: string): Promise<LedgerAccount[]>
  /** Ends one organisation's connection and no other of the same sign-in. Unknown ids count as ended. */
  disconnect(tokens: LedgerTokens, connectionId: string): Promise<void>
}
