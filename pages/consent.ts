import type { Person } from '../domain/fields/person.ts'
import { type Instant, plainDate } from '../domain/words/dates.ts'
import { sentence } from '../domain/words/sentence.ts'
import { type PracticeWords, reasonBank } from '../domain/words/sharing.ts'

/** The data that we ask a bank for, in the connector's words. */
export type BankScope = 'info' | 'accounts' | 'balance' | 'transactions'

/** The consent asked for at the bank: scopes, end and connector. */
export type BankAsk = {
  scopes: readonly BankScope[]
  /** The number of months of transactions read; used only with the scope `transactions`. */
  transactionMonths: number | null
  /** The end of the access; null for a single read. Comes from the connector. */
  accessUntil: Instant | null
  /**
   * The connectors, one of which is used: the name people see, the legal name, and the Financial Conduct Authority's
   * reference number.
   */
  connectors: readonly { name: string; legalName: string; reference: string }[]
}

/** One row of the consent block: a run-in label and its sentence. */
export type ConsentRow = { label: string; text: string }

/**
 * The consent block: the short rows, always visible, and the same in full, behind a press. Its version is
 * `CONSENT_WORDING`: a changed word is a new version.
 */
export type Consent = { short: ConsentRow[]; full: ConsentRow[] }

function reasonBooks({ reasonBooks }: PracticeWords): string {
  return sentence(reasonBooks ?? 'To match your books to your bank.')
}

/** Returns the consent for bank data, built only from the scopes asked for. */
export function bankConsent(ask: BankAsk, words: PracticeWords, zone: string): Consent {
  const { scopes, accessUntil } = ask
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
        text: `${authorised(ask)} It can only read: nobody can move money or see your bank password.`,
      },
    ],
  }
}

/** Returns the connectors' names for people. */
export const connectorNames = ({ connectors }: BankAsk): string => connectors.map(({ name }) => name).join(' or ')

/** Returns the sentence that names who connects; of several the one that reaches the bank. */
function authorised({ connectors }: BankAsk): string {
  const [only, another] = connectors
  if (only && !another) {
    return `${only.legalName}, authorised by the Financial Conduct Authority (reference ${only.reference}).`
  }
  const all = connectors.map(({ legalName, reference }) => `${legalName} (reference ${reference})`).join(' or ')
  return `Whichever reaches your bank: ${all}, each authorised by the Financial Conduct Authority.`
}

/** Returns the consent for accounting software. `ledger` is null while several are on offer. */
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
