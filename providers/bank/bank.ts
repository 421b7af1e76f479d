/** `logoUrl` is where its mark is found, at whatever address the catalogue names. */
export type Bank = { id: string; name: string; logoUrl?: string | null }

/** Digits only in `sortCode` and `accountNumber`; null where the bank gave another kind of identifier. */
export type BankAccount = {
  externalId: string
  name: string
  holder: string | null
  currency: string
  sortCode: string | null
  accountNumber: string | null
  iban: string | null
}

/**
 * Where a bank session stands, asked of the provider and never read from the browser's return. `pending`: not authorised
 * yet, or never to be; only a report tells the two apart. `signatory`: a second person must approve, where the provider
 * tells so.
 */
export type BankSessionStatus =
  | { state: 'pending' | 'signatory' }
  | { state: 'authorised'; accounts: BankAccount[]; accessUntil: Date | null }

/** Why a session failed. `reason` is a plain sentence for people. */
export type BankFailure = { family: 'stopped' | 'refused' | 'bank_down' | 'no_accounts'; reason: string }

/**
 * What a provider reports by itself about a session. That one is authorised is a hint, which `status` confirms; that one
 * failed is told nowhere else. `sessionId` is ours, where the report carries it.
 */
export type BankReport = {
  eventId: string
  externalId: string
  sessionId: string | null
  failure: BankFailure | null
}

/** A webhook as it came: the path it was sent to, and the very bytes of its body. */
export type Webhook = { path: string; headers: Record<string, string | undefined>; body: Buffer }

/** What a connector can do; the rest of the system asks and words what is missing. */
export type Capabilities = {
  revoke: boolean
  extend: boolean
  expiry: boolean
  webhook: boolean
  duringSetup: boolean
}

export type BankSessionRequest = {
  sessionId: string // ours; reports carry it
  bankId: string | null // null: the provider asks which bank
  returnUrl: string // ours
  user: { id: string; name: string; email: string; phone: string | null }
}

export interface BankConnector {
  readonly name: string
  readonly label: string // the provider's name as people know it
  readonly legalName: string
  readonly registrationNumber: string // at the Financial Conduct Authority
  readonly can: Capabilities
  /** Days of access one approval gives, for the consent wording and for connectors that tell no expiry. */
  readonly accessDays: number
  /**
   * How people come back to our return address: `query` with what we put behind it; `plain` to the very address that is
   * registered, so that their trip is found by their browser.
   */
  readonly returnForm: 'query' | 'plain'
  /** Origins that the browser may be sent to (for `form-action`). */
  readonly browserOrigins: string[]
  /** The banks offered, by the name people know, cached a day. Throws ProviderFailure. */
  banks(): Promise<Bank[]>
  /** Opens a session at the provider. Repeating it opens another one. Throws ProviderFailure. */
  start(request: BankSessionRequest): Promise<{ externalId: string; redirectUrl: string }>
  /**
   * Asks how the session stands; of an authorised one answers the accounts, all pages. `userIp` is the address of the
   * person who is waiting for the answer, if there is one: providers limit requests that nobody waits for, so without it
   * nothing is repeated. Throws ProviderFailure, which says nothing about the session.
   */
  status(externalId: string, userIp: string | null): Promise<BankSessionStatus>
  /**
   * Verifies and reads a webhook; null for kinds that are not tracked. Absent where `can.webhook` is false. Throws
   * ProviderFailure: `refused` for one that the provider did not sign, `unavailable` where its keys cannot be read now.
   */
  readWebhook?(webhook: Webhook): Promise<BankReport | null>
  /** Ends the access; absent where `can.revoke` is false. Throws ProviderFailure; unknown ids count as ended. */
  revoke?(externalId: string): Promise<void>
}
