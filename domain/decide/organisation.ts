import type { Change, Command, CommandOf, Decision } from '../commands.ts'
import { type Facts, type Instant, isEnd, statusOf } from '../situation.ts'
import { refuse } from './refusal.ts'

/** Records that details of the client's business changed. The event names the fields and holds no values. */
export function edit(_facts: Facts, _now: Instant, { requestId, fields, hasContact }: CommandOf<'edit'>): Decision {
  if (fields.length === 0) return { unchanged: true }
  return { change: { event: { kind: 'edited', key: requestId, data: { fields } }, hasContact, act: true } }
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
