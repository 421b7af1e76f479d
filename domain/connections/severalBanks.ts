import { asksIfAll, type Facts, stateOf, stepOf } from '../situation.ts'
import { awaitedBanks, type BankAsk } from './bankAsks.ts'

/** The most banks that a client shares at a time. */
export const MOST_BANKS = 10

/** The ends of a bank step: the first bank is connected, or the client says that these are all. */
export const BANK_DONE_WHEN = ['first_bank', 'client_says'] as const
export type BankDoneWhen = (typeof BANK_DONE_WHEN)[number]

/** The signs by which an account at a bank is known again. */
type Numbered = { sortCode: string | null; accountNumber: string | null; iban: string | null }

/**
 * An account of a bank that a client shares. `isMatched`: it has an account in the books, or is said to have none.
 * `isMissing`: it cannot be seen any more.
 */
export type SharedAccount = Numbered & { id: string; isMatched: boolean; isMissing: boolean }

/** A bank by its id at the provider and by its name, as far as they are known. */
export type Bank = { institution: string | null; institutionName: string | null }

/** A bank that a client shares, or whose access was lost. */
export type SharedBank = Bank & {
  id: string
  state: 'connected' | 'lost'
  accounts: SharedAccount[]
}

/** A bank that is about to be connected, with its accounts. */
export type ArrivingBank = Bank & {
  accounts: (Numbered & { id: string })[]
}

/**
 * Returns true if a bank comes as one more, beside those that the client shares: the bank step is done without it, or
 * waits only for the client to say that these are all.
 */
export const isOneMore = (facts: Pick<Facts, 'steps' | 'instants'>, kind: 'bank' | 'books'): boolean =>
  kind === 'bank' &&
  (stateOf(stepOf(facts, 'bank')) === 'done' || asksIfAll(facts)) &&
  facts.instants.cancelled === null &&
  facts.instants.gaveUp === null

/** Returns the banks that are waited for now: the first bank comes before any other. */
export const banksWaitedFor = (facts: Pick<Facts, 'bankAsks' | 'steps'>): BankAsk[] =>
  facts.bankAsks && (stateOf(stepOf(facts, 'bank')) !== 'open' || asksIfAll(facts)) ? awaitedBanks(facts) : []

/** Returns those of them that the client is asked for: not one to which they said no. */
export const banksAskedFor = (facts: Pick<Facts, 'bankAsks' | 'steps'>): BankAsk[] =>
  banksWaitedFor(facts).filter(({ stoppedAt = null }) => stoppedAt === null)

const digits = (text: string | null): string => (text ?? '').replace(/\D/g, '')
const plainIban = ({ iban }: Numbered): string => (iban ?? '').replace(/\s/g, '').toUpperCase()

/** Returns true if both are one account: equal in sort code and number, or in IBAN. */
function isSameAccount(one: Numbered, other: Numbered): boolean {
  const [number, iban] = [digits(one.accountNumber), plainIban(one)]
  const hasSameNumber =
    number !== '' && number === digits(other.accountNumber) && digits(one.sortCode) === digits(other.sortCode)
  return hasSameNumber || (iban !== '' && iban === plainIban(other))
}

/** The change to the accounts of a bank by a visit to it. `kept` has each with its id at the provider, which may be another. */
export type AccountChange<A> = { kept: { id: string; externalId: string }[]; added: A[]; missing: string[] }

/**
 * Returns what a visit changed in the accounts of a bank: which are still shared, or again; which are new; and which are
 * missing. An account without numbers is known again by its id at the provider.
 */
export function accountChange<A extends Numbered & { externalId: string }>(
  before: readonly (Numbered & { id: string; externalId: string })[],
  now: readonly A[],
): AccountChange<A> {
  const left = [...before]
  const change: AccountChange<A> = { kept: [], added: [], missing: [] }
  for (const account of now) {
    const found =
      left.find(({ externalId }) => externalId === account.externalId) ??
      left.find((one) => isSameAccount(one, account))
    if (found) left.splice(left.indexOf(found), 1)
    if (found) change.kept.push({ id: found.id, externalId: account.externalId })
    else change.added.push(account)
  }
  change.missing = left.map(({ id }) => id)
  return change
}

/** Returns true if numbers tell two accounts apart: both have a number of the same kind. */
const areComparable = (one: Numbered, other: Numbered): boolean =>
  (digits(one.accountNumber) !== '' && digits(other.accountNumber) !== '') ||
  (plainIban(one) !== '' && plainIban(other) !== '')

/** A stored account. `isClosed`: a colleague says so. `isSeenAgain`: it is closed, and the bank shows it all the same. */
type Known = Numbered & { id: string; externalId: string; isMissing: boolean; isClosed: boolean; isSeenAgain: boolean }
type AtBank = { id: string; externalId: string }

/** The changes that a look makes. `closed`: the accounts said to be closed that the bank shows again, or shows no more. */
export type Seen = { gone: string[]; back: AtBank[]; closed: { again: AtBank[]; away: string[] } }

/**
 * Returns which accounts of a bank a look does not see any more (`gone`), and which it sees again (`back`, with their ids at
 * the provider). `stood`: those that were stored before the provider was asked. An answer that may lack some says of none
 * that it is gone: a part, one without any known account, and one with an unknown account that may be the missing one.
 */
export function accountsSeen(
  known: readonly Known[],
  { accounts, isPart }: { accounts: readonly (Numbered & { externalId: string })[]; isPart: boolean },
  stood: ReadonlySet<string>,
): Seen {
  const { kept, added, missing } = accountChange(known, accounts)
  const of = (id: string) => known.find((one) => one.id === id)
  const isGone = (id: string): boolean => {
    const account = of(id)
    return (
      account !== undefined &&
      (!account.isMissing || account.isSeenAgain) &&
      stood.has(id) &&
      added.every((one) => areComparable(one, account))
    )
  }
  const unseen = isPart || kept.length === 0 ? [] : missing.filter(isGone)
  return {
    gone: unseen.filter((id) => !of(id)?.isClosed),
    back: kept.filter(({ id }) => of(id)?.isMissing && !of(id)?.isClosed),
    closed: {
      again: kept.filter(({ id }) => of(id)?.isClosed && !of(id)?.isSeenAgain),
      away: unseen.filter((id) => of(id)?.isClosed),
    },
  }
}

/** Returns true if both are one bank: equal in id or in name. */
export const isSameBank = (one: Bank, { institution, institutionName }: Bank): boolean =>
  (one.institution !== null && one.institution === institution) ||
  (one.institutionName !== null && one.institutionName === institutionName)

/** The change to a client's banks when one is connected. */
export type Arrival = {
  /** The banks that stay beside it. */
  others: number
  /** The ids of those that it replaces. */
  replaces: string[]
  /** The matches that are kept, by the ids of the account before and of the account now. */
  kept: { from: string; to: string }[]
  /** The matches that there were, and the accounts that were not there before. Both are 0 for a bank that replaces none. */
  matchedBefore: number
  added: number
  /** The ids of accounts before that are not shared any more; an account that may be one of the new ones is none. */
  missing: string[]
  /** True if every account that can be read has its match. */
  isMatched: boolean
}

/**
 * Returns what becomes of a client's banks when one is connected. It replaces a bank that holds one of its accounts, and
 * one whose access was lost at the same bank. Other sign-ins at the same bank stay.
 */
export function arrivalOf(shared: readonly SharedBank[], arriving: ArrivingBank): Arrival {
  const replaced = shared.filter(
    (bank) =>
      bank.accounts.some((one) => arriving.accounts.some((other) => isSameAccount(one, other))) ||
      (bank.state === 'lost' && isSameBank(arriving, bank)),
  )
  const before = replaced.flatMap(({ accounts }) => accounts)
  const others = shared.filter((bank) => !replaced.includes(bank))
  const pairs = arriving.accounts.map((account) => ({
    to: account.id,
    from: before.find((one) => isSameAccount(one, account)),
  }))
  const kept = pairs.flatMap(({ from, to }) => (from?.isMatched ? [{ from: from.id, to }] : []))
  const anew = arriving.accounts.filter((_, n) => !pairs[n]?.from)
  const missing = before.filter(
    (one) => !pairs.some(({ from }) => from === one) && anew.every((other) => areComparable(one, other)),
  )
  const readable = others
    .filter(({ state }) => state === 'connected')
    .flatMap(({ accounts }) => accounts.filter(({ isMissing }) => !isMissing))
  return {
    others: others.length,
    replaces: replaced.map(({ id }) => id),
    kept,
    matchedBefore: before.filter(({ isMatched }) => isMatched).length,
    added: replaced.length === 0 ? 0 : anew.length,
    missing: missing.map(({ id }) => id),
    isMatched: kept.length === arriving.accounts.length && readable.every(({ isMatched }) => isMatched),
  }
}
