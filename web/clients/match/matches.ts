import type { Onboarding } from '../detail/queries.ts'

type Account = Onboarding['connections'][number]['accounts'][number]

/** The choice "None of these" for a bank account. */
export const NONE = 'none'

/** The choice by bank account id: a ledger account id, `NONE`, or null if open. */
export type Choices = Record<string, string | null>

/** The texts of the reasons for a suggestion. */
export const BECAUSE = { number: 'Same sort code and number', name: 'Same name' }

/** Returns the accounts of all banks and of the ledger, and a bank connection's id; null unless both are connected. */
export function sidesOf({ connections }: Onboarding): { bank: Account[]; books: Account[]; connection: string } | null {
  const of = (wanted: 'bank' | 'books') => connections.filter(({ kind }) => kind === wanted)
  const [banks, [books]] = [of('bank'), of('books')]
  const works = banks.find(({ state }) => state === 'connected')
  if (!works || books?.state !== 'connected') return null
  return { bank: banks.flatMap(({ accounts }) => accounts), books: books.accounts, connection: works.id }
}

/** Returns the initial choices: the saved mapping, else the suggestions. */
export function firstChoices(client: Onboarding, bank: Account[]): Choices {
  const saved = new Map(client.mapping.map((one) => [one.bankAccount, one.ledgerAccount ?? NONE]))
  const proposed = new Map(client.suggestions?.map((one) => [one.bankAccount, one.ledgerAccount]))
  return Object.fromEntries(bank.map(({ id }) => [id, saved.get(id) ?? proposed.get(id) ?? null]))
}

/** Returns `Save 2 matches`. */
export function saveWords(choices: Choices): string {
  const n = Object.values(choices).filter((one) => one !== null && one !== NONE).length
  return n === 1 ? 'Save 1 match' : `Save ${n} matches`
}
