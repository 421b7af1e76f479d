import type { Chance } from './random.ts'

/** An account at a bank or in a ledger. */
export type Account = {
  externalId: string
  name: string
  holder: string | null
  sortCode: string | null
  accountNumber: string | null
  code: string | null
}

/** The sandbox's invented banks, with weights for the number of clients that use each. */
const banks = {
  'ob-northgate': { name: 'Northgate Bank', weight: 26 },
  'ob-harbour-trust': { name: 'Harbour & Trust', weight: 19 },
  'ob-albion-union': { name: 'Albion Union Bank', weight: 16 },
  'ob-meridian': { name: 'Meridian', weight: 13 },
  'ob-northgate-business': { name: 'Northgate Business', weight: 9 },
  'ob-kestrel': { name: 'Kestrel', weight: 8 },
  'ob-tidewater': { name: 'Tidewater Business Banking', weight: 5 },
  'ob-fenwick-hale': { name: 'Fenwick Hale Bank', weight: 4 },
}
const weights = Object.fromEntries(Object.entries(banks).map(([id, { weight }]) => [id, weight])) as Record<
  keyof typeof banks,
  number
>

export type Bank = { id: string; name: string }

export function someBank(chance: Chance): Bank {
  const id = chance.weighed(weights)
  return { id, name: banks[id].name }
}

const digits = (chance: Chance, count: number) => String(chance.whole(10 ** count)).padStart(count, '0')

/** Returns a client's accounts at a bank: mostly one, sometimes three. */
export function someBankAccounts(chance: Chance, holder: string): Account[] {
  const names = ['Business current', 'Business savings', 'Tax reserve'].slice(0, chance.of([1, 1, 2, 2, 2, 3]))
  const sortCode = digits(chance, 6)
  return names.map((name) => {
    const accountNumber = digits(chance, 8)
    return { externalId: accountNumber, name, holder, sortCode, accountNumber, code: null }
  })
}

/** Returns a ledger's bank accounts, more than most banks have. Names and numbers are not the bank's yet. */
export function someLedgerAccounts(chance: Chance): Account[] {
  return ['Current account', 'Savings account', 'Reserve', 'Company card'].map((name, i) => ({
    externalId: `ledger-${digits(chance, 9)}`,
    name,
    holder: null,
    sortCode: null,
    accountNumber: null,
    code: String(90 + i).padStart(3, '0'),
  }))
}

/** Copies names and numbers of bank accounts to ledger accounts, for most of them. */
export function nameAlike(bank: Account[], ledger: Account[], chance: Chance): void {
  for (const [i, { name, sortCode, accountNumber }] of bank.entries()) {
    const known = ledger[i]
    if (!known) continue
    if (chance.happens(0.8)) known.name = name
    if (chance.happens(0.75)) known.accountNumber = `${sortCode}${accountNumber}`
  }
}
