import type { Change } from '../../domain/changes.ts'
import type { Command } from '../../domain/commands.ts'
import { decide } from '../../domain/decide/decide.ts'
import { factsAfter } from '../../domain/factsAfter.ts'
import type { Facts, Instant } from '../../domain/situation.ts'
import { changeOf } from './onboardings.ts'

let made = 0

/** Returns the facts after a change, with ids as the database would assign them. */
export function applied(facts: Facts, change: Change, now: Instant): Facts {
  const after = factsAfter(facts, change, now)
  return {
    ...after,
    invitation: after.invitation && { ...after.invitation, id: after.invitation.id || `invitation-${++made}` },
    messages: after.messages.map((message) => ({ ...message, id: message.id || `queued-${++made}` })),
  }
}

/** Decides and applies a command; throws when it changes nothing. */
export function doing(facts: Facts, now: Instant, command: Command): { facts: Facts; change: Change } {
  const change = changeOf(decide(facts, command, now))
  return { facts: applied(facts, change, now), change }
}

/** Returns the facts after a command, changed or not. */
export function after(facts: Facts, command: Command, now: Instant): Facts {
  const decision = decide(facts, command, now)
  return 'change' in decision ? applied(facts, decision.change, now) : facts
}
