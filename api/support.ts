import type { SupportPractice } from '../db/support/practices.ts'
import { notLetIn } from '../domain/practice/support.ts'
import type { Caller } from './endpoint.ts'
import { Problem } from './problem.ts'

/** The practice has not let support in. */
export const supportNotAllowed = ({ practiceId, name, access }: SupportPractice) =>
  new Problem(403, 'support_not_allowed', notLetIn(name, access), {
    members: { practice: { id: practiceId, name }, access },
  })

/** Support passes no link of a client on: it has the client's own sent to them. */
export const supportSendsLinks = () =>
  new Problem(403, 'support_sends_links', 'Support sends links to the client, and never sees them.')

/** Whether one of our own people calls, let in by the practice. */
export const isSupport = ({ staff }: Pick<Caller, 'staff'>): boolean => staff?.role === 'support'
