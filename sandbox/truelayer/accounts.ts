import { createHash } from 'node:crypto'
import { bankById } from './banks.ts'

type Identifier =
  | { type: 'sort_code_account_number'; sort_code: string; account_number: string }
  | { type: 'iban'; iban: string }

/** An account in the format of `/v3/connected-accounts`. */
export type ConnectedAccount = {
  id: string
  type: 'account'
  account_type: 'current' | 'savings'
  customer_segment: 'retail' | 'business'
  currency: 'GBP'
  account_identifiers: Identifier[]
  account_holder_names: string[]
}

/**
 * Returns the accounts of a connection, sorted by id: two or three, or `wanted`. Their ids depend on the connection, and
 * their numbers on person and bank alone: a person who connects a bank anew shares the same accounts. They carry neither
 * an account name nor a bank name.
 */
export function accountsOf(
  connectionId: string,
  { id: personId, name: holder }: { id: string | null; name: string },
  providerId: string,
  wanted: number | null = null,
): ConnectedAccount[] {
  const bank = bankById(providerId)
  const seed = digest(`${personId}/${providerId}`)
  const count = wanted ?? 2 + (seed[0]! % 2)
  const accounts = Array.from({ length: count }, (_unused, index): ConnectedAccount => {
    const numbers = digest(`${personId}/${providerId}/${index}`)
    const opaque = digest(`${connectionId}/${index}`)
    // All accounts of a connection share a branch: real accounts of one customer mostly have the same sort code.
    const sortCode = `${20 + (seed[1]! % 70)}${two(seed[2]!)}${two(seed[3]!)}`
    const accountNumber = String(10_000_000 + (numbers.readUInt32BE(0) % 89_999_999))
    return {
      id: opaque.toString('base64url').slice(0, 24), // opaque, and not a uuid
      type: 'account',
      account_type: index === 1 ? 'savings' : 'current',
      customer_segment: bank?.serves.includes('business') ? 'business' : 'retail',
      currency: 'GBP',
      account_identifiers: [
        { type: 'sort_code_account_number', sort_code: sortCode, account_number: accountNumber },
        { type: 'iban', iban: iban(bank?.name ?? 'Bank', sortCode, accountNumber) },
      ],
      account_holder_names: [holder],
    }
  })
  return accounts.sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** Returns sort code and account number as 14 digits, the format of ledgers. */
export function fullNumber(account: ConnectedAccount): string {
  const identifier = account.account_identifiers.find((one) => one.type === 'sort_code_account_number')
  return identifier ? `${identifier.sort_code}${identifier.account_number}` : ''
}

function iban(bankName: string, sortCode: string, accountNumber: string): string {
  const letters = bankName
    .toUpperCase()
    .replace(/[^A-Z]/g, '')
    .padEnd(4, 'X')
    .slice(0, 4)
  const body = `${letters}${sortCode}${accountNumber}`
  const digits = [...`${body}GB00`].map((character) => Number.parseInt(character, 36)).join('')
  return `GB${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${body}`
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function two(byte: number): string {
  return String(byte % 100).padStart(2, '0')
}
