/** A country whose banks are offered, by its ISO code. */
export type BankCountry = 'GB' | 'IE'

/** The days after which a client must say yes again by the rules of a country: of the FCA, and of RTS (EU) 2022/2360. */
export const RULED_DAYS: Record<BankCountry, number> = { GB: 90, IE: 180 }

/** The days of access that one approval gives, by provider and country. Never more than the country's rules allow. */
export const ACCESS_DAYS = {
  truelayer: { GB: 90 },
  plaid: { GB: 90, IE: 180 },
} as const satisfies Record<string, Partial<Record<BankCountry, number>>>
export type DatedProvider = keyof typeof ACCESS_DAYS

/** Returns the days of access that one approval at a provider gives. Throws a RangeError for a country without data. */
export function accessDaysOf(provider: DatedProvider, country: BankCountry): number {
  const days: Partial<Record<BankCountry, number>> = ACCESS_DAYS[provider]
  const found = days[country]
  if (found === undefined) throw new RangeError(`${provider} has no days of access for banks in ${country}`)
  return found
}
