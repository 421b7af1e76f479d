import type { SupportPractice } from '../db/support/practices.ts'
import { notLetIn } from '../domain/practice/support.ts'
import type { Caller } from './endpoint.ts'
import { Problem } from './problem.ts'

/** Returns the problem of a practice that has not let support in. */
export const supportNotAllowed = ({ practiceId, name, access }: SupportPractice) =>
  new Problem(403, 'support_not_allowed', notLetIn(name, access), {
    members: { practice: { id: practiceId, name }, access },
  })

/** Returns the problem of support asking for a client's link: support can only have it sent to the client. */
export const supportSendsLinks = () =>
  new Problem(403, 'support_sends_links', 'Support sends links to the client, and never sees them.')

/** Returns true if the caller is a support person whom the practice let in. */
export const isSupport = ({ staff }: Pick<Caller, 'staff'>): boolean => staff?.role === 'support'
