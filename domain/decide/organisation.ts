import type { Change, Decision } from '../changes.ts'
import type { Command, CommandOf } from '../commands.ts'
import { type Facts, type Instant, isEnd, stateOf, statusOf, stepOf, type Way } from '../situation.ts'
import { refuse } from './refusal.ts'
import { towards } from './steps.ts'

/**
 * Records that details of the client's business changed. The event names the fields; of their values it holds only the
 * software, which decides how the books are set up. A trip to other software ends.
 */
export function edit(facts: Facts, now: Instant, command: CommandOf<'edit'>): Decision {
  const { requestId, fields, hasContact, software } = command
  const steps = software ? stepsFor(facts, software.way, fields, now) : []
  if (fields.length === 0 && steps.length === 0) return { unchanged: true }
  const named = fields.length > 0 ? fields : ['software']
  return {
    change: {
      event: { kind: 'edited', key: requestId, data: { fields: named, ...(software && { software: software.is }) } },
      ...(steps.length > 0 && { steps, sessions: 'books' }),
      hasContact,
      act: true,
    },
  }
}

/** Returns the changes to the steps with the software: a new way to the books, or the end of a trip to other software. */
function stepsFor(facts: Facts, way: Way, fields: string[], now: Instant): NonNullable<Change['steps']> {
  const steps = towards(facts, way, now)
  const books = stepOf(facts, 'books')
  const isTried = stateOf(books) === 'open' && (books.phase !== null || books.failedAt !== null)
  if (steps.length > 0 || !isTried || !fields.includes('software')) return steps
  return [{ kind: 'books', set: { startedAt: null, phase: null, failedAt: null, reason: null } }]
}

/** Returns the decision of a command that records an event in every status. */
const records =
  <K extends Command['do']>(toChange: (command: CommandOf<K>) => Change) =>
  (_facts: Facts, _now: Instant, command: CommandOf<K>): Decision => ({ change: toChange(command) })

/** Sets or clears the client's account manager. */
export const assign = records<'assign'>(({ requestId, managerId }) => ({
  event: { kind: 'assigned', key: requestId, data: { manager: managerId } },
  act: true,
}))

/** Records which colleagues may see the client. */
export const changeAccess = records<'change_access'>(({ requestId, everyone, people, teams }) => ({
  event: { kind: 'access_changed', key: requestId, data: { everyone, people, teams } },
  act: true,
}))

/** Records that a person read the client's National Insurance number in full. It does not restart the give-up limit. */
export const reveal = records<'reveal'>(({ requestId }) => ({
  event: { kind: 'ni_number_shown', key: requestId, data: {} },
}))

/** Records a visit by support. It does not count as an act of the practice. */
export const visit = records<'visit'>(({ visitId }) => ({ event: { kind: 'support_looked', key: visitId, data: {} } }))

/** Records that a client user was invited, joined, left or changed role. */
export const changeUsers = records<'change_users'>(({ requestId, what, user, role }) => ({
  event: { kind: 'users_changed', key: requestId, data: { what, user, role } },
  act: true,
}))

/** Records that a number of the client answered STOP. */
export const stopTexts = records<'stop_texts'>(({ requestId }) => ({
  event: { kind: 'texts_stopped', key: requestId, data: {} },
}))

/** Records that a number of the client answered START. */
export const allowTexts = records<'allow_texts'>(({ requestId }) => ({
  event: { kind: 'texts_allowed', key: requestId, data: {} },
}))

/** Erases the client's personal data for good. Refused while the onboarding runs: it must have ended. */
export function erase(facts: Facts, now: Instant): Decision {
  if (facts.erased) return { unchanged: true }
  if (!isEnd(statusOf(facts.instants))) return refuse(facts, now, 'not_allowed')
  return {
    change: {
      event: { kind: 'erased', key: '', data: {} },
      erases: true,
      hasContact: false,
      links: 'end_all',
      sessions: 'all',
      act: true,
    },
  }
}
