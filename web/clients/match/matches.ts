import type { Onboarding } from '../detail/queries.ts'

type Account = Onboarding['connections'][number]['accounts'][number]

/** Chosen for a bank account that has no account in the books. */
export const NONE = 'none'

/** By bank account: the ledger account chosen, `NONE`, or null where nothing is chosen yet. */
export type Choices = Record<string, string | null>

/** Why an account in the books is proposed. */
export const BECAUSE = { number: 'Same sort code and number', name: 'Same name' }

/** The accounts at the bank and in the books that are to be matched; null where one of the two isn't connected. */
export function sidesOf({ connections }: Onboarding): { bank: Account[]; books: Account[]; connection: string } | null {
  const of = (wanted: 'bank' | 'books') =>
    connections.find(({ kind, state }) => kind === wanted && state === 'connected')
  const [bank, books] = [of('bank'), of('books')]
  return bank && books ? { bank: bank.accounts, books: books.accounts, connection: bank.id } : null
}

/** What stands chosen at first: what was matched before, else what is proposed. */
export function firstChoices(client: Onboarding, bank: Account[]): Choices {
  const saved = new Map(client.mapping.map((one) => [one.bankAccount, one.ledgerAccount ?? NONE]))
  const proposed = new Map(client.suggestions?.map((one) => [one.bankAccount, one.ledgerAccount]))
  return Object.fromEntries(bank.map(({ id }) => [id, saved.get(id) ?? proposed.get(id) ?? null]))
}

/** `Save 2 matches`. */
export function saveWords(choices: Choices): string {
  const n = Object.values(choices).filter((one) => one !== null && one !== NONE).length
  return n === 1 ? 'Save 1 match' : `Save ${n} matches`
}
