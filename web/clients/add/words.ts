import type { Step } from './queries.ts'

/** The texts of the pages that add a client. */
export const words = {
  title: 'Add a client',
  nameHint: 'As your client would recognise it.',
  create: 'Create',
  creating: 'Creating…',
  kinds: {
    business: { title: 'Business', about: 'Companies, partnerships, most other clients' },
    self_employed: { title: 'Self-employed', about: 'Sole traders and landlords, UK only' },
  },
  /** The owners of a step. */
  owners: { practice: 'We connect it', client: 'The client connects it', skip: 'Not needed' },
  /** The purpose of each page, shown under its title. */
  about: {
    solutions: 'What you’ll do for this client.',
    software: 'Connect it now if you can sign in as this client; otherwise later.',
    access: 'Who in your practice sees this client.',
    invitation: 'We email or text the client a link to connect their bank.',
  } as Partial<Record<Step, string>>,
  /** Instead of the purpose of Software, where nothing can be connected now. */
  aboutBooks: 'What this client keeps its books in.',
  goOn: 'Continue',
  deleteDraft: 'Delete draft',
} as const
