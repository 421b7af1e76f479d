/** A company as a public register holds it. */
export type RegisteredCompany = {
  number: string
  /** As registered, usually in capitals. */
  name: string
  /** The register's own word: `active`, `dissolved`, …; others may come, and some kinds have none. */
  status: string | null
  /** It no longer exists, whatever the register calls that. */
  isEnded: boolean
  /** YYYY-MM-DD; not every register entry has one. */
  registeredOn: string | null
  /** The registered office in one line. */
  address: string | null
  locality: string | null
  postcode: string | null
}

/** A public register of companies, asked while somebody types. */
export type CompanyRegistry = {
  name: string
  /** What people call it. */
  label: string
  /**
   * Returns companies by name or number: the one of that number first, then those of that name, with those that no longer
   * exist last. Throws ProviderFailure.
   */
  search(text: string): Promise<RegisteredCompany[]>
}

/** How long the register wants to be left alone, shared by all processes: whoever goes on asking is banned. */
export type Rest = {
  /** Returns how long it still lasts, in ms; 0 when the register may be asked. */
  leftMs(): Promise<number>
  /** Begins one, and keeps why. */
  begin(forMs: number, reason: string): Promise<void>
}
