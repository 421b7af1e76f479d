import { readCompanyNumber } from '../fields/ukFormats.ts'

/** The parts of accounts that matching compares. A ledger account's `number` is free text. */
type BankSide = { id: string; name: string; sortCode: string | null; accountNumber: string | null }
type LedgerSide = { id: string; name: string; number: string | null }

export type Suggestion = { bankAccount: string; ledgerAccount: string | null; because: 'number' | 'name' | null }

const digits = (text: string | null): string => (text ?? '').replace(/\D/g, '')
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

/**
 * Suggests a ledger account for each bank account: same sort code and number (the last 14 or 8 digits that the ledger
 * stores), else same name. Suggests no ledger account twice.
 */
export function suggestMatches(bank: BankSide[], ledger: LedgerSide[]): Suggestion[] {
  const taken = new Set<string>()
  const take = (found: LedgerSide | undefined) => {
    if (found) taken.add(found.id)
    return found?.id ?? null
  }
  const byNumber = new Map(
    bank.map((account) => [account.id, take(ledger.find((one) => !taken.has(one.id) && sameNumber(account, one)))]),
  )
  return bank.map((account) => {
    const numbered = byNumber.get(account.id) ?? null
    if (numbered !== null) return { bankAccount: account.id, ledgerAccount: numbered, because: 'number' }
    const named = take(ledger.find((one) => !taken.has(one.id) && plain(one.name) === plain(account.name)))
    return { bankAccount: account.id, ledgerAccount: named, because: named === null ? null : 'name' }
  })
}

function sameNumber(account: BankSide, ledger: LedgerSide): boolean {
  const number = digits(account.accountNumber)
  if (number.length !== 8) return false
  const stored = digits(ledger.number)
  return stored.length >= 14 ? stored.slice(-14) === digits(account.sortCode) + number : stored.slice(-8) === number
}

/** The signs of which business it is: its name, and its number in the company register where it is known. */
export type BusinessIdentity = { name: string; companyNumber: string | null }

/**
 * Returns true if both are probably the same business. Numbers decide where both have one that can be read; names
 * otherwise, which may agree although the companies are two.
 */
export function isSameOrganisation(a: BusinessIdentity, b: BusinessIdentity): boolean {
  const [one, other] = [numberOf(a), numberOf(b)]
  return one === null || other === null ? isSameBusiness(a.name, b.name) : one === other
}

function numberOf({ companyNumber }: BusinessIdentity): string | null {
  const read = readCompanyNumber(companyNumber ?? '')
  return read.ok ? read.value : null
}

/**
 * Returns the name to ask about. It has the number behind it if the names alone would not show what differs.
 */
export const askedName = (found: BusinessIdentity, expected: BusinessIdentity): string =>
  isSameBusiness(found.name, expected.name) && found.companyNumber !== null
    ? `${found.name} (company number ${found.companyNumber})`
    : found.name

const LEGAL_FORMS = /\b(ltd|limited|llp|plc|lp|inc|co|company|the|uk)\b/g

/** Returns true if two names probably mean the same business: equal without legal forms, or one contains the other. */
export function isSameBusiness(a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => plain(plain(name).replace(LEGAL_FORMS, ' ')))
  if (!x || !y) return plain(a) === plain(b)
  return x === y || x.includes(y) || y.includes(x)
}
