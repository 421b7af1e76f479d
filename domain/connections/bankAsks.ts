import type { Facts, Instant } from '../situation.ts'
import type { Bank } from './severalBanks.ts'

/**
 * One more bank that staff asked a client for. An ask that nothing waits for exists until a fitting bank comes or another
 * ask replaces it; an awaited one stays as a row of the steps.
 */
export type BankAsk = Bank & {
  id: string
  /** True if the client does not count as completed before the bank is connected. */
  isAwaited: boolean
  askedAt: Instant
  doneAt: Instant | null
  /** The instant at which staff said that it is not needed. */
  droppedAt: Instant | null
  /** The instant at which the client said no to the practice; null or absent before, and once they are asked again. */
  stoppedAt?: Instant | null
  /** The completion that it took back; null for a client that had not completed. */
  tookBack: Instant | null
  /** Since when its bank is down, and when that is tried again; null or absent for one that works. */
  downSince?: Instant | null
  downUntil?: Instant | null
}

type Asking = Pick<Facts, 'bankAsks'>

/** The bank of an ask that leaves the choice to the client. */
export const ANY_BANK: Bank = { institution: null, institutionName: null }

/** Returns true if the ask leaves the choice of the bank to the client. */
export const isChoice = ({ institution, institutionName }: Bank): boolean =>
  institution === null && institutionName === null

export const ASK_STATES = ['open', 'done', 'not_needed'] as const
export type AskState = (typeof ASK_STATES)[number]

export function askStateOf({ doneAt, droppedAt }: Pick<BankAsk, 'doneAt' | 'droppedAt'>): AskState {
  if (droppedAt !== null) return 'not_needed'
  return doneAt === null ? 'open' : 'done'
}

/** Returns the asks whose bank has not come, the oldest first. */
export const openAsks = ({ bankAsks = [] }: Asking): BankAsk[] => bankAsks.filter((one) => askStateOf(one) === 'open')

/** Returns the open asks that completion waits for, the oldest first. */
export const awaitedBanks = (facts: Asking): BankAsk[] => openAsks(facts).filter(({ isAwaited }) => isAwaited)

/** Returns the asks after the client said no to the practice; undefined if nothing waits for a bank. */
export const stoppedAsks = (facts: Asking, now: Instant): BankAsk[] | undefined =>
  awaitedBanks(facts).length === 0
    ? undefined
    : facts.bankAsks?.map((one) => (one.isAwaited && askStateOf(one) === 'open' ? { ...one, stoppedAt: now } : one))

/** Returns the asks once the client shares no bank at all, by choice; undefined if there are none. */
export const droppedAsks = (facts: Asking, now: Instant): BankAsk[] | undefined =>
  facts.bankAsks
    ?.filter(({ isAwaited }) => isAwaited)
    .map((one) => (askStateOf(one) === 'open' ? { ...one, droppedAt: now } : one))
