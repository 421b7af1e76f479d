/** A ledger whose twin keeps its data in a book. */
type BookTwin = {
  label: string
  /** The credentials that every new sandbox accepts. */
  clientId: string
  clientSecret: string
  /** The length of its companies' ids in digits; null for 32 hexadecimal ones. */
  idDigits: number | null
  /** Its faults besides those of every provider, and the operations that they can be limited to. */
  faults: string[]
  operations: string[]
}

/** Errors of OAuth with which a sign-in page sends people back, although they approved. */
export const RETURNED_ERRORS = [
  'temporarily_unavailable',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_response_type',
] as const

/** The ledgers whose twins keep their data in a book. */
export const BOOKS = {
  quickbooks: {
    label: 'QuickBooks',
    clientId: 'ABsandboxQuickBooksClient',
    clientSecret: 'sandbox_quickbooks_secret',
    idDigits: 16,
    faults: [
      'token_expired',
      'invalid_grant',
      'five_years',
      'disconnected',
      'no_plan',
      'fault_in_200',
      'html',
      'no_realm',
    ],
    operations: ['consent', 'token', 'code', 'refresh', 'disconnect', 'organisation', 'accounts'],
  },
  sage: {
    label: 'Sage',
    clientId: '6f1c8a52-sandbox/0b7d9e34-sandbox',
    clientSecret: 'sandbox_sage_secret',
    idDigits: null,
    faults: ['token_expired', 'invalid_grant', 'disconnected', 'role', 'no_subscription', 'html', ...RETURNED_ERRORS],
    operations: ['consent', 'token', 'code', 'refresh', 'revoke', 'businesses', 'organisation', 'accounts'],
  },
  freeagent: {
    label: 'FreeAgent',
    clientId: 'sandbox_freeagent_client',
    clientSecret: 'sandbox_freeagent_secret',
    idDigits: 7,
    faults: ['token_expired', 'invalid_grant', 'brief', 'disconnected', 'level', 'foreign_link'],
    operations: ['consent', 'token', 'code', 'refresh', 'organisation', 'accounts'],
  },
} satisfies Record<string, BookTwin>
export type BookName = keyof typeof BOOKS

export const BOOK_NAMES = Object.keys(BOOKS) as BookName[]

/** Returns what `make` gives for each of these ledgers, by name. */
export const ofBooks = <T>(make: (twin: BookTwin, name: BookName) => T): Record<BookName, T> =>
  Object.fromEntries(BOOK_NAMES.map((name) => [name, make(BOOKS[name], name)])) as Record<BookName, T>
