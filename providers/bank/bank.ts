import type { Renewable } from '../../domain/connections/renewal.ts'
import type { BankCountry } from './accessDays.ts'

/** A bank on offer. `logoUrl` is its mark's address in the provider's catalogue. */
export type Bank = { id: string; name: string; logoUrl?: string | null }

/** An account at a bank. `sortCode` and `accountNumber` are digits; null for another kind of identifier. */
export type BankAccount = {
  externalId: string
  name: string
  holder: string | null
  currency: string
  sortCode: string | null
  accountNumber: string | null
  iban: string | null
}

/** The reason for which a session failed. `reason` is a plain sentence for people. */
export type BankFailure = { family: 'stopped' | 'refused' | 'bank_down' | 'no_accounts'; reason: string }

/**
 * The key to a session or connection at its provider: the id there and, where the provider gives each connection a
 * secret of its own, that secret. A session has no secret before its access is taken.
 */
export type BankAccess = { externalId: string; secret: string | null }

/**
 * The status of a bank session, read from the provider and never from the browser's return. `pending`: not authorised
 * yet, or failed where only a report tells the two apart. `signatory`: a second person must approve; not every provider
 * reports it. `approved`: the access can be taken, with which the accounts are read. `institution`: the name of the
 * bank, where the provider tells it. `isPart`: the provider has more accounts than it gave.
 */
export type BankSessionStatus =
  | { state: 'pending' | 'signatory' | 'approved' }
  | { state: 'failed'; failure: BankFailure }
  | {
      state: 'authorised'
      accounts: BankAccount[]
      isPart?: boolean
      accessUntil: Date | null
      institution: string | null
    }

/**
 * A report that a provider sends about a session. An authorisation in it is a hint, which `status` confirms; a failure
 * in it is reported nowhere else. `sessionId` is our id, when the report carries it.
 */
export type BankReport = {
  eventId: string
  externalId: string
  sessionId: string | null
  failure: BankFailure | null
  /** True if `externalId` is a connection: the report is a hint that its access changed, which a look confirms. */
  isOfConnection?: true
}

/** A webhook as received: the path and the exact bytes of the body. */
export type Webhook = { path: string; headers: Record<string, string | undefined>; body: Buffer }

/** The capabilities of a connector. */
export type Capabilities = {
  revoke: boolean
  duringSetup: boolean
}

export type BankSessionRequest = {
  sessionId: string // our id; reports carry it
  bankId: string | null // null: the provider asks for the bank
  returnUrl: string // our address
  hookUrl: string // our address for reports, where a session carries it
  practiceName: string
  user: { id: string; name: string; email: string; phone: string | null }
}

export interface BankConnector {
  readonly name: string
  readonly label: string // the provider's name, for people
  readonly legalName: string
  readonly registrationNumber: string // at the Financial Conduct Authority
  readonly can: Capabilities
  /** The country whose banks it offers. */
  readonly country: BankCountry
  /** The most days of access that one approval gives there (`accessDays.ts`), as the consent says; an earlier end is reported. */
  readonly accessDays: number
  /** The way in which the provider renews a consent that is about to end. */
  readonly renewal: Renewable
  /** The times after a departure at which a session is polled, in ms, and the most polls of a session. */
  readonly polling: { afterMs: readonly number[]; most: number }
  /**
   * The form of our return address: `query` appends our `state`; `plain` is exactly the registered address, and the
   * session is found by the browser's cookie.
   */
  readonly returnForm: 'query' | 'plain'
  /** Origins to which the browser may be sent (for `form-action`). */
  readonly browserOrigins: string[]
  /** Returns the banks on offer, sorted by name; cached for a day. Throws ProviderFailure. */
  banks(): Promise<Bank[]>
  /** Opens a session at the provider. Each call opens another one. Throws ProviderFailure. */
  start(request: BankSessionRequest): Promise<{ externalId: string; redirectUrl: string }>
  /**
   * Reads the status of the session; for an authorised one all pages of its accounts. `userIp` is the address of the
   * person who waits for the answer, or null. Providers limit requests without a person, so those are not retried.
   * Throws ProviderFailure, which says nothing about the session.
   */
  status(access: BankAccess, userIp: string | null): Promise<BankSessionStatus>
  /**
   * Takes the access of an `approved` session. It can be taken once: the answer must be stored before it is used. Null
   * if it is too late for that. Absent where a session's id itself reads its accounts. Throws ProviderFailure.
   */
  takeAccess?(externalId: string): Promise<BankAccess | null>
  /** Renews a connection by a visit to the provider's page, which keeps it. Absent unless `renewal` is `update`. */
  readonly update?: {
    /** Opens a visit. Throws ProviderFailure: `ended` if only a new connection helps. */
    start(request: BankSessionRequest, access: BankAccess): Promise<{ externalId: string; redirectUrl: string }>
    /** Returns how a visit stands; `status` of the connection then tells its new end. Throws ProviderFailure. */
    outcome(externalId: string): Promise<'pending' | 'done' | BankFailure>
  }
  /**
   * Verifies and reads a webhook; returns null for kinds that are not tracked. Absent for a provider that sends none.
   * Throws ProviderFailure: `refused` for a wrong signature, `unavailable` when the provider's keys cannot be read.
   */
  readWebhook?(webhook: Webhook): Promise<BankReport | null>
  /**
   * Ends the access of a session or connection, also one that was approved and not taken; absent when `can.revoke` is
   * false. Unknown ids count as ended. Throws ProviderFailure.
   */
  revoke?(access: BankAccess): Promise<void>
}
