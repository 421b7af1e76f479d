import type { Step } from './queries.ts'

/** The texts of the pages that add a client. */
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
  /** The purpose of each page, shown under its title. */
  about: {
    solutions: 'What you’ll do for this client.',
    software: 'Connect it now if you can sign in as this client; otherwise later.',
    access: 'Who in your practice sees this client.',
    invitation: 'We email or text the client a link to connect their bank.',
  } as Partial<Record<Step, string>>,
  /** Instead of the purpose of Software, where nothing can be connected now. */
  aboutBooks: 'What this client keeps its books in.',
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
  goneText: 'It was deleted, became a client, or nobody changed it for seven days.',
  failed: 'We couldn’t load this draft',
  conflict: 'This draft was changed in another window. Yours is kept below.',
  keptHere: 'What you typed is kept in this window.',
  mine: 'Use mine',
  theirs: 'Use theirs',
  problems: (n: number) => `There is a problem with ${n} ${n === 1 ? 'field' : 'fields'}.`,
  openIt: 'Open it',
  addAnother: 'You can still add another.',
} as const
