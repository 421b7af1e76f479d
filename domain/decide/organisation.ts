import type { Command, Decision } from '../commands.ts'
import { type Facts, type Instant, statusOf } from '../situation.ts'
import { refuse } from './refusal.ts'

type Of<K extends Command['do']> = Extract<Command, { do: K }>

/** Details of the client's business were changed: the log keeps which, not what. Possible however things stand. */
export function edit(command: Of<'edit'>): Decision {
  if (command.fields.length === 0) return { unchanged: true }
  return {
    change: {
      event: { kind: 'edited', key: command.requestId, data: { fields: command.fields } },
      hasContact: command.hasContact,
      act: true,
    },
  }
}

/** Another colleague looks after the client, or nobody. Possible however things stand. */
export function assign(command: Of<'assign'>): Decision {
  return {
    change: { event: { kind: 'assigned', key: command.requestId, data: { manager: command.managerId } }, act: true },
  }
}

/** Other colleagues may see the client. Possible however things stand. */
export function changeAccess({ requestId, everyone, people, teams }: Of<'change_access'>): Decision {
  return {
    change: { event: { kind: 'access_changed', key: requestId, data: { everyone, people, teams } }, act: true },
  }
}

/** Somebody looked at the client's National Insurance number in full. It is recorded, and no act that moves anything. */
export function reveal({ requestId }: Of<'reveal'>): Decision {
  return { change: { event: { kind: 'ni_number_shown', key: requestId, data: {} } } }
}

/** Support opened the client. It is recorded, and no act of the practice. Possible however things stand. */
export function look({ lookId }: Of<'look'>): Decision {
  return { change: { event: { kind: 'support_looked', key: lookId, data: {} } } }
}

/** Somebody of the client joined, left or became something else. Possible however things stand. */
export function changeUsers({ requestId, what, user, role }: Of<'change_users'>): Decision {
  return { change: { event: { kind: 'users_changed', key: requestId, data: { what, user, role } }, act: true } }
}

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
