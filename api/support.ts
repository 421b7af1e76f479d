import type { ClientThing } from '../db/access.ts'
import { hasReason, noteListSeen } from '../db/support/looks.ts'
import type { SupportPractice } from '../db/support/practices.ts'
import { notLetIn } from '../domain/practice/support.ts'
import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'
import { notFound, Problem } from './problem.ts'

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

/** Before support opens anything of a client, it says why: once a client and hour. */
export async function demandReason(
  { db }: Dependencies,
  { practiceId, actor }: Caller,
  thing: ClientThing,
  id: string,
): Promise<void> {
  const reasoned = await db.inPractice(practiceId, (tx) => hasReason(tx, actor.id ?? '', thing, id))
  if (reasoned === null) throw notFound()
  if (!reasoned) throw new Problem(428, 'reason_required', 'Say why you are looking first.')
}

/** That support sees a list of the practice is recorded. */
export async function noteList({ db }: Dependencies, { practiceId, actor }: Caller): Promise<void> {
  await db.inPractice(practiceId, (tx) => noteListSeen(tx, actor.id ?? ''))
}
