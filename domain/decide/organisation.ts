import type { Change, Command, CommandOf, Decision } from '../commands.ts'
import { type Facts, type Instant, statusOf } from '../situation.ts'
import { refuse } from './refusal.ts'

/** Records that details of the client's business changed. The log keeps which fields, not their values. */
export function edit(_facts: Facts, _now: Instant, { requestId, fields, hasContact }: CommandOf<'edit'>): Decision {
  if (fields.length === 0) return { unchanged: true }
  return { change: { event: { kind: 'edited', key: requestId, data: { fields } }, hasContact, act: true } }
}

/** Makes the decision of a command that only records an event, however things stand. */
const records =
  <K extends Command['do']>(toChange: (command: CommandOf<K>) => Change) =>
  (_facts: Facts, _now: Instant, command: CommandOf<K>): Decision => ({ change: toChange(command) })

/** Another colleague, or nobody, is the client's account manager. */
export const assign = records<'assign'>(({ requestId, managerId }) => ({
  event: { kind: 'assigned', key: requestId, data: { manager: managerId } },
  act: true,
}))

/** Other colleagues may see the client. */
export const changeAccess = records<'change_access'>(({ requestId, everyone, people, teams }) => ({
  event: { kind: 'access_changed', key: requestId, data: { everyone, people, teams } },
  act: true,
}))

/** Somebody read the client's National Insurance number in full. It moves nothing, so it is no act. */
export const reveal = records<'reveal'>(({ requestId }) => ({
  event: { kind: 'ni_number_shown', key: requestId, data: {} },
}))

/** Support opened the client. It is no act of the practice. */
export const look = records<'look'>(({ lookId }) => ({ event: { kind: 'support_looked', key: lookId, data: {} } }))

/** A user of the client was invited, joined, left or got another role. */
export const changeUsers = records<'change_users'>(({ requestId, what, user, role }) => ({
  event: { kind: 'users_changed', key: requestId, data: { what, user, role } },
  act: true,
}))

/** A number of the client answered STOP. */
export const stopTexts = records<'stop_texts'>(({ requestId }) => ({
  event: { kind: 'texts_stopped', key: requestId, data: {} },
}))

/** A number of the client answered START. */
export const allowTexts = records<'allow_texts'>(({ requestId }) => ({
  event: { kind: 'texts_allowed', key: requestId, data: {} },
}))

/** The client's personal data goes, for good. What runs is cancelled first. */
export function erase(facts: Facts, now: Instant): Decision {
  if (facts.erased) return { unchanged: true }
  const status = statusOf(facts.instants)
  if (status !== 'cancelled' && status !== 'completed' && status !== 'gave_up') return refuse(facts, now, 'not_allowed')
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
