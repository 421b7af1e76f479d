/** A company in a public register. */
export type RegisteredCompany = {
  number: string
  /** The registered name, usually in capitals. */
  name: string
  /** The register's own word: `active`, `dissolved`, …; others are possible, and some kinds have none. */
  status: string | null
  /** True if the company no longer exists, whatever the register calls that. */
  isEnded: boolean
  /** YYYY-MM-DD; null when the register has none. */
  registeredOn: string | null
  /** The registered office in one line. */
  address: string | null
  locality: string | null
  postcode: string | null
}

/** A public register of companies, searched while a person types. */
export type CompanyRegister = {
  name: string
  /** The register's name for people. */
  label: string
  /**
   * Returns companies by name or number: the one with that number first, then those with that name, and companies that
   * no longer exist last. Throws ProviderFailure.
   */
  search(text: string): Promise<RegisteredCompany[]>
}

/** The pause that the register asked for, shared by all processes: the register bans clients that ignore it. */
export type Rest = {
  /** Returns the remaining pause in ms; 0 when the register may be called. */
  leftMs(): Promise<number>
  /** Starts a pause and stores its reason. */
  begin(forMs: number, reason: string): Promise<void>
}
