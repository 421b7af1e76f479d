import type { Person } from '../domain/fields/person.ts'
import { type Instant, plainDate } from './dates.ts'
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

/** Sentences the practice may word itself; null takes ours. `payments`: it takes payments for this client. */
export type PracticeWords = { reasonBank: string | null; reasonBooks: string | null; payments: boolean }

/** One row of the consent block: a run-in label and its sentence. */
export type ConsentRow = { label: string; text: string }

/**
 * The consent block: the short rows that are always visible, and the same in full, behind a press. Its version is
 * `CONSENT_WORDING`: a changed word is a new version.
 */
export type Consent = { short: ConsentRow[]; full: ConsentRow[] }

/** Returns why the bank is asked for, as the practice words it or as we do. */
export function reasonBank({ reasonBank, payments }: Omit<PracticeWords, 'reasonBooks'>): string {
  if (reasonBank !== null) return sentence(reasonBank)
  return payments ? 'To put payment links on your invoices and match what is paid.' : 'To link your bank to your books.'
}

function reasonBooks({ reasonBooks }: PracticeWords): string {
  return sentence(reasonBooks ?? 'To match your books to your bank.')
}

/** Returns what a client reads before a bank is asked for data: built from the scopes asked, and nothing else. */
export function bankConsent(ask: BankAsk, words: PracticeWords, zone: string): Consent {
  const { scopes, accessUntil, connector } = ask
  const months = ask.transactionMonths === 1 ? '1 month' : `${ask.transactionMonths} months`
  const has = (scope: BankScope, text: string) => (scopes.includes(scope) ? text : '')
  const until = accessUntil === null ? null : plainDate(accessUntil, zone)
  const why = { label: 'Why', text: reasonBank(words) }
  return {
    short: [
      {
        label: 'They see',
        text: `names, sort codes and numbers${has('balance', ', balances')}${has('transactions', ` and ${months} of transactions`)} of the accounts you pick.`,
      },
      why,
      until === null
        ? { label: 'How often', text: 'Once, today.' }
        : { label: 'Until', text: `${until}. Stop any time.` },
    ],
    full: [
      {
        label: 'They see',
        text: `account ${has('info', 'and holder ')}names, sort codes, account numbers${has('balance', ', balances')}${has('transactions', `, ${months} of transactions and new ones`)}, for the accounts you pick at your bank.`,
      },
      why,
      {
        label: 'How long',
        text:
          until === null
            ? 'Once, today. We can’t look again.'
            : `Until ${until}. After that only if you say yes again.`,
      },
      { label: 'To stop', text: 'Any time, on this page or in your bank’s app. It takes effect at once.' },
      {
        label: 'Who connects',
        text: `${connector.legalName}, authorised by the Financial Conduct Authority (reference ${connector.reference}). It can only read: nobody can move money or see your bank password.`,
      },
    ],
  }
}

/** Returns what is read before accounting software is connected. `ledger` is null while several are on offer. */
export function booksConsent(
  practice: string,
  ledger: string | null,
  words: PracticeWords,
  person: Person | null,
): ConsentRow[] {
  const owner = person ? 'business' : 'organisation'
  return [
    { label: 'They see', text: `your ${owner}’s name and its list of bank accounts. They can’t change your books.` },
    { label: 'Why', text: reasonBooks(words) },
    {
      label: 'Until',
      text: `you or ${practice} disconnect it, here or in ${ledger ?? 'your software'} under connected apps.`,
    },
  ]
}

/** An account as clients see it; `sortCode` is digits, null where the bank gave another kind of identifier. */
export type SharedAccount = { name: string; last4: string; sortCode?: string | null }

/** `1 account`, `3 accounts`. */
export function accountCount(count: number): string {
  return count === 1 ? '1 account' : `${count} accounts`
}

/** `Current ••••5678, 12-34-56`: one line for each account. */
export function accountLine({ name, last4, sortCode }: SharedAccount): string {
  const number = last4 ? ` ••••${last4}` : ''
  return `${name}${number}${sortCode ? `, ${sortCode.replace(/^(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3')}` : ''}`
}

/** How the last try to connect ended, when it did not succeed. `reason` is in plain words. */
export type LastTry =
  | { outcome: 'stopped'; at: string }
  | { outcome: 'refused'; at: string; reason: string }
  | { outcome: 'down'; at: string }
  | { outcome: 'no_accounts' | 'unconfirmed' | 'timed_out'; at: string }

/** Returns one or two sentences on the last try, for the page one resumes on and the mail that asks to. */
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
