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
 * Where a bank session stands, asked of the provider and never read from the browser's return.
 * `processing`: the person is back, the bank is not done. `waiting`: the person has not finished at the bank.
 */
export type BankSessionStatus =
  | { state: 'waiting' | 'processing' | 'signatory' }
  | { state: 'authorised'; bank: Bank | null; accessUntil: Date | null }
  | { state: 'failed'; family: 'stopped' | 'refused' | 'bank_down' | 'no_accounts'; reason: string }

/** What a connector can do; the rest of the system asks and words what is missing. */
export type Capabilities = {
  revoke: boolean
  extend: boolean
  expiry: boolean
  webhook: boolean
  duringSetup: boolean
}

export type BankSessionRequest = {
  sessionId: string // ours; also the provider's idempotency key
  bankId: string | null // null: the provider asks which bank
  returnUrl: string // ours, with our own opaque state in it
  user: { id: string; name: string; email: string; phone: string | null }
  userIp: string | null
}

export interface BankConnector {
  readonly name: string
  readonly label: string // the provider's name as people know it
  readonly legalName: string
  readonly registrationNumber: string // at the Financial Conduct Authority
  readonly can: Capabilities
  /** Days of access one approval gives, for the consent wording and for connectors that tell no expiry. */
  readonly accessDays: number
  /** Origins that the browser may be sent to (for `form-action`). */
  readonly browserOrigins: string[]
  /** The banks offered, by the name people know, cached a day. Throws ProviderFailure. */
  banks(): Promise<Bank[]>
  /** Opens a session at the provider. Throws ProviderFailure. */
  start(request: BankSessionRequest): Promise<{ externalId: string; redirectUrl: string }>
  /**
   * Asks how the session stands. `userIp` is the address of the person who is waiting for the answer, if there is one:
   * providers limit requests that nobody waits for. Throws ProviderFailure.
   */
  status(externalId: string, userIp?: string | null): Promise<BankSessionStatus>
  /** The accounts of an authorised session, all pages; `userIp` as above. Throws ProviderFailure. */
  accounts(externalId: string, userIp?: string | null): Promise<BankAccount[]>
  /** Ends the access; absent where `can.revoke` is false. Throws ProviderFailure; unknown ids count as ended. */
  revoke?(externalId: string): Promise<void>
}
