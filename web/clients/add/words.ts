/** What the pages that add a client say. */
export const words = {
  title: 'Add a client',
  companyName: 'Company name',
  businessName: 'Business name',
  nameHint: 'As your client would recognise it.',
  create: 'Create',
  creating: 'Creating…',
  orWhole: 'Or set it up fully',
  whole: 'Set it up fully',
  kinds: {
    business: { title: 'Business', about: 'Companies, partnerships, most other clients' },
    self_employed: { title: 'Self-employed', about: 'Sole traders and landlords, UK only' },
  },
  kindIsFixed: 'You can’t change the type later.',
  begun: 'Not finished yet',
  noName: 'No name yet',
  goOn: 'Continue',
  skipForNow: 'Skip for now',
  back: 'Back',
  leave: 'Leave',
  deleteDraft: 'Delete draft',
  deleteTitle: 'Delete this draft?',
  deleteText: (ledger: string | null) =>
    `What you typed is deleted.${ledger ? ` ${ledger} is disconnected.` : ''} Nobody was told anything.`,
  keepIt: 'Keep it',
  deleted: 'Draft deleted',
  gone: 'This draft is no longer there',
  goneText: 'It was deleted, became a client, or nobody touched it for seven days.',
  failed: 'We couldn’t load this draft',
  conflict: 'This draft was changed in another window. Yours is kept below.',
  keptHere: 'What you typed is kept in this window.',
  mine: 'Use mine',
  theirs: 'Use theirs',
  problems: (n: number) => `There is a problem with ${n} ${n === 1 ? 'field' : 'fields'}.`,
  openIt: 'Open it',
  addAnother: 'You can still add another.',
} as const

const KNOWN: Record<string, string> = { vat: 'VAT', paye: 'PAYE', cis: 'CIS' }

/** `annual_accounts` as `Annual accounts`; what a practice wrote in its own words stays so. */
export function solutionOf(solution: string): string {
  const known = KNOWN[solution.toLowerCase()]
  if (known) return known
  if (!/^[a-z0-9_]+$/.test(solution)) return solution
  return `${solution.charAt(0).toUpperCase()}${solution.slice(1).replaceAll('_', ' ')}`
}
