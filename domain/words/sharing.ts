import type { StepReason } from '../situation.ts'
import { sentence } from './sentence.ts'

/** Reasons in the practice's own words; null uses ours. `payments`: the practice takes payments for this client. */
export type PracticeWords = { reasonBank: string | null; reasonBooks: string | null; payments: boolean }

/** The longest reason of a practice's own; older ones may be longer. */
export const LONGEST_PURPOSE = 80

/** Our reasons to connect the bank, by what it is for. */
export const REASONS = {
  books: 'To link your bank to your books.',
  payments: 'To put payment links on your invoices and match what is paid.',
}

/** Returns the reason to connect the bank, in the practice's words or ours. */
export function reasonBank({ reasonBank, payments }: Omit<PracticeWords, 'reasonBooks'>): string {
  if (reasonBank !== null) return sentence(reasonBank)
  return payments ? REASONS.payments : REASONS.books
}

/** An account as clients see it. `sortCode` is digits; null if the bank gave another identifier. */
export type SharedAccount = { name: string; last4: string; sortCode?: string | null }

/** `1 account`, `3 accounts`. */
export function accountCount(count: number): string {
  return count === 1 ? '1 account' : `${count} accounts`
}

/** Returns a sort code as `12-34-56`. */
export const sortCodeOf = (code: string): string => code.replace(/\D/g, '').replace(/^(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3')

/** Returns what stands after an account's name, `••••5678,` and `12-34-56`: no line may break within one of them. */
export function accountFigures({ last4, sortCode }: SharedAccount): string[] {
  const code = sortCode ? [sortCodeOf(sortCode)] : []
  return last4 ? [`••••${last4}${code.length > 0 ? ',' : ''}`, ...code] : code
}

/** The outcome of the last unsuccessful try to connect. `reason` is in plain words. */
export type LastTry =
  | { outcome: 'refused'; at: string; reason: string }
  | { outcome: 'stopped' | 'down' | 'no_accounts' | 'unconfirmed' | 'timed_out'; at: string }

const OUTCOMES: Record<StepReason, Exclude<LastTry['outcome'], 'timed_out'>> = {
  stopped: 'stopped',
  cancelled: 'stopped',
  nothing_chosen: 'stopped',
  refused: 'refused',
  permission: 'refused',
  already_linked: 'refused',
  refused_us: 'refused',
  bank_down: 'down',
  unavailable: 'down',
  no_accounts: 'no_accounts',
  unconfirmed: 'unconfirmed',
}

/** Returns the outcome of a try, from its failure and the provider's reason. */
export function lastTryOf(failure: StepReason, at: string, reason: string | null): LastTry {
  const outcome = OUTCOMES[failure]
  return outcome === 'refused' ? { outcome, at, reason: reason ?? 'it gave no reason' } : { outcome, at }
}

/** Returns one or two sentences on the last try, for the continue page and the reminder mail. */
export function lastTryWords(last: LastTry): string {
  switch (last.outcome) {
    case 'stopped':
      return `Your last try at ${last.at} stopped before the end; nothing was shared.`
    case 'refused':
      return `${last.at} didn’t complete the last try: ${sentence(last.reason)} Nothing was shared.`
    case 'down':
      return `${last.at} wasn’t answering at the last try. Nothing was shared.`
    case 'no_accounts':
      return `At the last try no account was ticked at ${last.at}.`
    case 'unconfirmed':
      return `The last try was approved at ${last.at}, but nobody said yes here in time. Nothing was shared.`
    case 'timed_out':
      return `Your last try at ${last.at} ran out of time. Nothing was shared.`
  }
}
