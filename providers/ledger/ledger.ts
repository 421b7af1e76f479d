import type { SignInLife } from '../../domain/connections/connectionLife.ts'
import type { Capabilities } from '../bank/bank.ts'

/** Tokens of one sign-in. They are sealed before they are stored. */
export type LedgerTokens = {
  accessToken: string
  /** The access token's expiry. */
  expiresAt: Date
  refreshToken: string
  /** The end of the sign-in if nobody uses it until then; null if the ledger names none. */
  endsIfUnusedAt: Date | null
  /** The ledger's own id of what was authorised, such as its user; null if it names none. */
  subject: string | null
  /** The authorisation that the access token came from; null if the ledger names none. */
  authEventId: string | null
}

/** One organisation that a sign-in reaches. `connectionId` ends this connection alone; `tenantId` is for calls. */
export type LedgerOrganisation = { connectionId: string; tenantId: string; name: string }

/** An organisation that a sign-in reaches, with the signs of whether the person chose it just now. */
export type ReachedOrganisation = LedgerOrganisation & {
  /** The authorisation that the ledger names; it may be an older one when the organisation was connected before. */
  signIn: 'this' | 'another' | 'unknown'
  /** The first and the last time a person connected it; null when the ledger does not say. */
  firstConnectedAt: Date | null
  lastConnectedAt: Date | null
}

/** An organisation's own name, and its number in the company register if the ledger holds one. */
export type OrganisationDetails = { name: string; companyNumber: string | null }

/** A return with a code. `query`: the other fields of its address, which some ledgers need. */
export type LedgerReturn = { code: string; query?: Readonly<Record<string, string>> }

export type LedgerAccount = {
  externalId: string
  name: string
  code: string | null
  number: string | null // as the ledger stores it: free text
  currency: string | null
}

/**
 * A ledger connector. Calls with tokens throw ProviderFailure: `stale_token` when the access token is not accepted,
 * `ended` when the sign-in or the organisation is gone, `misconfigured` when the ledger refuses us although it is
 * connected.
 */
export interface LedgerConnector {
  readonly name: string
  readonly label: string // short, at most 10 characters
  readonly can: Capabilities
  /** The one sentence that whoever connects it should know. */
  readonly note: string
  /** The one sentence that whoever disconnects it should know. */
  readonly endNote: string
  readonly browserOrigins: string[]
  /** The life of a sign-in that nobody uses. */
  readonly signInLife: SignInLife
  /** The most organisations we may have connected at once, over all practices; null without a limit. */
  readonly mostConnections: number | null
  /** Creates a PKCE verifier and the address to send the browser to. */
  authorise(request: { state: string; redirectUrl: string }): Promise<{ redirectUrl: string; verifier: string }>
  /** Exchanges the code of a return for tokens. Throws ProviderFailure ('ended' for a used or stale code). */
  exchange(request: LedgerReturn & { verifier: string; redirectUrl: string }): Promise<LedgerTokens>
  /** Returns fresh tokens; the old refresh token may stop working. Throws ProviderFailure ('ended' when revoked). */
  refresh(tokens: LedgerTokens): Promise<LedgerTokens>
  /** Returns all organisations that this person connected, also for other clients. Throws ProviderFailure. */
  organisations(tokens: LedgerTokens): Promise<ReachedOrganisation[]>
  /** Returns what the organisation says of itself; its name may differ from the listed one. Throws ProviderFailure. */
  organisation(tokens: LedgerTokens, tenantId: string): Promise<OrganisationDetails>
  /** Returns the organisation's active bank accounts. Throws ProviderFailure. */
  bankAccounts(tokens: LedgerTokens, tenantId: string): Promise<LedgerAccount[]>
  /** Ends one organisation's connection and no other of the same sign-in. Unknown ids count as ended. */
  disconnect(tokens: LedgerTokens, connectionId: string): Promise<void>
  /** Ends the whole sign-in. Only a ledger that cannot end one organisation's connection has it. */
  signOut?(tokens: LedgerTokens): Promise<void>
}
