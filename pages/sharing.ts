import { type Instant, longDate } from './dates.ts'
import { sentence } from './sentence.ts'

/** What we ask a bank for, in the connector's words. */
export type BankScope = 'info' | 'accounts' | 'balance' | 'transactions'

/** What is asked of the client at the bank, by whom and until when. */
export type BankAsk = {
  scopes: readonly BankScope[]
  /** How far back transactions are read; only looked at when `transactions` is asked. */
  transactionMonths: number | null
  /** When access ends by itself; null for a single look. Comes from the connector. */
  accessUntil: Instant | null
  /** Who connects: the name people see, the legal name, and the Financial Conduct Authority's reference number. */
  connector: { name: string; legalName: string; reference: string }
}

/** Sentences the practice may word itself; null takes ours. */
export type PracticeWords = { reasonBank: string | null; reasonBooks: string | null }

/** One row of the consent block: a run-in label and its sentence. */
export type ConsentRow = { label: string; text: string }

/** The wording below. A changed word is a new version; the version shown is stored with the acceptance. */
export const consentVersion = 'consent-1'

/** Why the bank is asked for, as the practice words it or as we do. */
export function reasonBank(words: PracticeWords): string {
  return words.reasonBank ?? 'So payment links on your invoices work and your books match your bank.'
}

function reasonBooks(words: PracticeWords): string {
  return words.reasonBooks ?? 'So your books and your bank can be matched.'
}

/** What a client reads before a bank is asked for data: built from the scopes asked, and nothing else. */
export function bankConsent(ask: BankAsk, words: PracticeWords, zone: string): ConsentRow[] {
  const names = ask.scopes.includes('info') ? 'account and holder names' : 'account names'
  const balances = ask.scopes.includes('balance') ? ', balances' : ''
  const months = ask.transactionMonths === 1 ? '1 month' : `${ask.transactionMonths} months`
  const transactions = ask.scopes.includes('transactions') ? `, ${months} of transactions and new ones` : ''
  return [
    {
      label: 'They see',
      text: `${names}, sort codes, account numbers${balances}${transactions}, for the accounts you pick at your bank.`,
    },
    { label: 'Why', text: reasonBank(words) },
    {
      label: 'How long',
      text:
        ask.accessUntil === null
          ? 'Once, today. We can’t look again.'
          : `Until ${longDate(ask.accessUntil, zone)}. After that only if you say yes again.`,
    },
    { label: 'To stop', text: 'Any time, on this page or in your bank’s app. It takes effect at once.' },
    {
      label: 'Who connects',
      text: `${ask.connector.legalName}, authorised by the Financial Conduct Authority (reference ${ask.connector.reference}). It can only read: nobody can move money or see your bank password.`,
    },
  ]
}

/** What is read before accounting software is connected. `ledger` is null while several are on offer. */
export function booksConsent(practice: string, ledger: string | null, words: PracticeWords): ConsentRow[] {
  return [
    {
      label: 'They see',
      text: 'your organisation’s name and its list of bank accounts. They can’t change your books.',
    },
    { label: 'Why', text: reasonBooks(words) },
    { label: 'How long', text: `until you or ${practice} disconnect it.` },
    { label: 'To stop', text: `here, or in ${ledger ?? 'your software'} under connected apps.` },
  ]
}

/** An account as clients see it: its name and the last four digits of its number. */
export type SharedAccount = { name: string; last4: string }

/** `1 account`, `3 accounts`. */
export function accountCount(count: number): string {
  return count === 1 ? '1 account' : `${count} accounts`
}

/** Names two accounts, then counts the rest: `Current ••••5678, Savings ••••1234 and 3 more`. */
export function accountNames(accounts: readonly SharedAccount[]): string {
  const named = accounts.slice(0, 2).map((account) => `${account.name} ••••${account.last4}`)
  const rest = accounts.length - named.length
  if (rest > 0) return `${named.join(', ')} and ${rest} more`
  return named.join(' and ')
}

/** How the last try to connect ended, when it did not succeed. `reason` is in plain words. */
export type LastTry =
  | { outcome: 'stopped'; at: string }
  | { outcome: 'refused'; at: string; reason: string }
  | { outcome: 'down'; at: string }
  | { outcome: 'no_accounts' | 'unconfirmed'; at: string }

/** One or two sentences on the last try, for the page one resumes on and the mail that asks to. */
export function lastTryWords(last: LastTry): string {
  switch (last.outcome) {
    case 'stopped':
      return `The last try at ${last.at} was stopped before the end; nothing was shared.`
    case 'refused':
      return `${last.at} didn’t complete the last try: ${sentence(last.reason)} Nothing was shared.`
    case 'down':
      return `${last.at} wasn’t answering at the last try. Nothing was shared.`
    case 'no_accounts':
      return `At the last try no account was ticked at ${last.at}.`
    case 'unconfirmed':
      return `The last try was approved at ${last.at}, but nobody said yes here in time. Nothing was shared.`
  }
}
