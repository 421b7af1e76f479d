import type { Provider } from '../../sandbox/faults.ts'

// The demands of each provider's contract on its connector. A suite is about a provider by its name, a test says in its
// `meta` which outcome it shows; `npm run conformance` prints the matrix and fails where one is missing.

/** The outcomes that every provider has, or cannot have for a reason that stands in its contract. */
export const OUTCOMES = [
  'success',
  'denial',
  'credentials refused',
  '429',
  'time-out before effect',
  'time-out after effect',
  'outage',
  'malformed',
  'extra fields',
  'wrong organisation',
  'revoked elsewhere',
] as const
export type Outcome = (typeof OUTCOMES)[number]

declare module 'vitest' {
  interface TaskMeta {
    outcome?: Outcome | Outcome[]
  }
}

/** A cell or row without a test begins with this and says why. */
export const NONE = 'none: '

export type Contract = {
  /** The name of the suite about it alone. Those about all of its kind end with `: ` and its name. */
  label: string
  /** The reasons for which an outcome cannot be. */
  none: Partial<Record<Outcome, string>>
  /** The rows of its documentation's table: the title of a test, or a row with another test's title or a reason. */
  rows: (string | [row: string, shownBy: string])[]
}

const NO_CREATION = 'none: Embark creates no accounts'
const NO_DOCUMENTS = 'none: Embark takes no documents by mail'
const bank = { 'wrong organisation': 'none: a bank gives accounts, which belong to no organisation' } as const
const asksNobody = { denial: 'none: no person is asked' } as const
const service = {
  'wrong organisation': 'none: it knows nothing of organisations',
  'revoked elsewhere': 'none: nothing lives on there that could be ended; a key that ended is "credentials refused"',
} as const

export const CONTRACTS: Record<Provider, Contract> = {
  xero: {
    label: 'Xero',
    none: {},
    rows: [
      'new organisation',
      'reconnect',
      'second consent, nothing changed',
      'no event claim, null event id',
      'several candidates',
      'nothing chosen',
      'other client’s tenant',
      'limit reached',
      'disconnected in Xero',
      'plan or role',
      'lost refresh answer',
      'refresh dead',
      'disconnect one of two',
      ['duplicate name', NO_CREATION],
      'day limit',
      'demo reset',
    ],
  },
  quickbooks: {
    label: 'QuickBooks',
    none: {},
    rows: [
      'callback without realmId',
      'same realm again',
      'other company chosen',
      'no bank accounts',
      'rotation',
      'refresh dead',
      'five-year limit',
      ['disconnected in QuickBooks', 'disconnected'],
      'wrong host',
      '`Fault` in a 200',
      ['duplicate name', NO_CREATION],
      'throttled',
      ['lapsed', NO_CREATION],
      'XML or HTML body',
    ],
  },
  sage: {
    label: 'Sage',
    none: {},
    rows: [
      'slash in the code',
      'code late',
      'several businesses',
      'header missing: the twin answers with the other business, and the connector sends it',
      'expiry in mid-job',
      'refresh raced: the second use of a refresh token is refused',
      'refresh answer lost',
      '32 idle days',
      'subscription ended',
      ['role too small', 'permission'],
      ['duplicate', NO_CREATION],
      'type unknown',
      ['throttled', 'rate_limited'],
      'error not an array',
    ],
  },
  freeagent: {
    label: 'FreeAgent',
    none: {},
    rows: [
      'first connection',
      ['refused', 'denial: comes back without a code'],
      'wrong state',
      'code too late or reused',
      'rotation',
      'lifetime changed',
      'level too low',
      'app removed',
      'throttled',
      'refresh limit',
      'no User-Agent: the twin refuses it',
      '101 accounts',
      ['both error shapes', NO_CREATION],
      ['lost create answer', NO_CREATION],
      ['practice header', 'none: Embark uses no practice accounts'],
      ['hidden account, PayPal', 'hidden account, credit card'],
    ],
  },
  truelayer: {
    label: 'TrueLayer',
    none: bank,
    rows: [
      'no status endpoint',
      'pending, then authorised',
      'refused at the bank',
      'webhook lost',
      'fifth call in a day, no IP',
      'ended later',
      'bank down',
      'brackets in the name',
      'business bank',
      '50 accounts, cursor given',
      'no holder names, no bank name',
      'repeated create',
      'forged webhook',
      'event twice',
      'renewal',
    ],
  },
  plaid: {
    label: 'Plaid',
    none: bank,
    rows: [
      'connected',
      'browser never returns',
      'webhook never comes',
      'both come',
      'left',
      'hosted URL too old',
      'result too old',
      'long practice name',
      'account without bacs',
      'expiry near',
      'expired / revoked',
      'repaired elsewhere',
      'bank down',
      'throttled',
      'forged webhook',
      'removed twice',
    ],
  },
  resend: {
    label: 'Resend',
    none: service,
    rows: [
      'answer lost',
      'failed attempt holds the key',
      'key reused, other body',
      'still running',
      'bad key',
      'unverified domain',
      ['one bad mail in a batch', 'none: each mail is a request of its own'],
      'throttled / daily quota',
      'HTML body',
      'bounce kinds',
      'failed for quota',
      'time forms',
      'unordered, double',
      'secret rotated',
      ['document mail', NO_DOCUMENTS],
      ['hook missed', NO_DOCUMENTS],
      ['unknown local part, forged sender, 30 MB, expired URL', NO_DOCUMENTS],
    ],
  },
  twilio: {
    label: 'Twilio',
    none: service,
    rows: [
      'delivered',
      'no receipt',
      'callback address bad',
      'sender or service bad',
      'number bad',
      'opted out',
      'day limit',
      'throttled',
      'lost answer',
      'filtered',
      'unknown code',
      'repeated parameter',
      'rotation',
      'foreign AccountSid, altered body',
      'curly quotes',
    ],
  },
  companiesHouse: {
    label: 'Companies House',
    none: {
      ...service,
      ...asksNobody,
      'time-out after effect': 'none: it is only read, so a lost answer has no effect',
    },
    rows: [
      'name found',
      'number with zeros',
      'letters',
      'unknown number',
      'item without title, without address, without status',
      'dissolved',
      'unknown status or type',
      'key wrong / IP rule',
      'limit',
      'slow',
      'odd text',
    ],
  },
  pwned: {
    label: 'Stolen passwords',
    none: {
      ...service,
      ...asksNobody,
      'credentials refused': 'none: it asks for no credentials',
      'time-out after effect': 'none: it is only read, so a lost answer has no effect',
      'extra fields': 'none: its answer is a list of lines, which has no fields',
    },
    rows: [],
  },
}
