const IDENTITY = ['openid', 'profile', 'email', 'offline_access']
const READ_AND_WRITE = [
  'accounting.settings',
  'accounting.contacts',
  'accounting.attachments',
  'accounting.invoices',
  'accounting.payments',
  'accounting.banktransactions',
  'accounting.manualjournals',
]
const READ_ONLY = [
  'accounting.budgets.read',
  ...[
    'aged',
    'balancesheet',
    'banksummary',
    'budgetsummary',
    'executivesummary',
    'profitandloss',
    'trialbalance',
    'taxreports',
    'tenninetynine',
  ].map((report) => `accounting.reports.${report}.read`),
]

/** The scopes that an app made after 2 March 2026 may ask for: without the older broad scopes, journals and feeds. */
const ALLOWED = new Set([
  ...IDENTITY,
  ...READ_AND_WRITE,
  ...READ_AND_WRITE.map((scope) => `${scope}.read`),
  ...READ_ONLY,
])

/** Returns the scopes of a space-separated list that this app may not ask for. */
export function refusedScopes(scope: string): string[] {
  return listOf(scope).filter((name) => !ALLOWED.has(name))
}

/** Joins both lists, each scope once: Xero adds up the scopes that a person granted over time. */
export function addScopes(earlier: string, wanted: string): string {
  return [...new Set([...listOf(earlier), ...listOf(wanted)])].join(' ')
}

/** Returns true when a scope, or the wider one that includes its reading, was granted. */
export function grants(scope: string, needed: string): boolean {
  const granted = listOf(scope)
  return granted.includes(needed) || (needed.endsWith('.read') && granted.includes(needed.slice(0, -'.read'.length)))
}

function listOf(scope: string): string[] {
  return scope.split(' ').filter(Boolean)
}
