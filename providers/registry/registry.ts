/** A company as a public register holds it. */
export type RegisteredCompany = {
  number: string
  /** As registered, usually in capitals. */
  name: string
  /** The register's own word: `active`, `dissolved`, …; others may come. */
  status: string
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
  /** Companies by name or number, the likeliest first; a number finds its company alone. Throws ProviderFailure. */
  search(text: string): Promise<RegisteredCompany[]>
}
