import type { PageLink } from '../../db/invitations/clientPage.ts'
import { DAY_MS, type Facts, type Instant, statusAt } from '../../domain/situation.ts'

/**
 * How a link stands at an instant. `open`: it can still be answered; `own`: its holder accepted with it, and goes on
 * with it; `other`: accepted through another one; the rest are ends.
 */
export type LinkStanding =
  | 'open'
  | 'own'
  | 'other'
  | 'replaced'
  | 'expired'
  | 'declined'
  | 'cancelled'
  | 'gave_up'
  | 'finished'
  | 'unknown'

/** A link of a completed onboarding lives this long, and as long again after each time one was sent. */
const AFTER_COMPLETION_MS = 30 * DAY_MS

/** Whether somebody accepted with this link, or was sent it to go on. */
export function isAcceptors(facts: Facts, link: PageLink): boolean {
  return facts.invitation?.acceptedLinkId === link.id || link.purpose === 'continue'
}

/** The one rule of what a link still opens. */
export function standingOf(facts: Facts, link: PageLink, now: Instant): LinkStanding {
  const { instants, invitation, sentAt } = facts
  if (!invitation) return 'unknown'
  const status = statusAt(facts, now)
  // An older link never tells what became of the newer one, which may have gone to somebody else.
  if (link.generation < invitation.generation) return status === 'cancelled' ? 'cancelled' : 'replaced'
  switch (status) {
    case 'cancelled':
    case 'gave_up':
    case 'declined':
    case 'expired':
      return status
    case 'invited':
      return link.endedAt === null ? 'open' : 'replaced'
    case 'accepted':
    case 'completed': {
      if (!isAcceptors(facts, link) || link.endedAt !== null) return 'other'
      const until = Math.max(instants.completed ?? now, sentAt ?? 0) + AFTER_COMPLETION_MS
      return instants.completed !== null && now > until ? 'finished' : 'own'
    }
    default:
      return 'unknown'
  }
}
