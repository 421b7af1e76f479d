import type { PageLink } from '../../../db/invitations/clientPage.ts'
import { DAY_MS, type Facts, type Instant, statusAt } from '../../../domain/situation.ts'

/**
 * A link's standing at an instant. `open`: it can still be answered; `own`: its holder accepted with it and continues
 * with it; `other`: accepted through another link; the rest are ends.
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

/** The lifetime of a link after completion, counted again from each message sent. */
const AFTER_COMPLETION_MS = 30 * DAY_MS

/** Returns true if the client accepted with this link, or was sent it to continue. */
export function isAcceptors(facts: Facts, link: PageLink): boolean {
  return facts.invitation?.acceptedLinkId === link.id || link.purpose === 'continue'
}

/** Returns a link's standing: the one rule of what a link still opens. */
export function standingOf(facts: Facts, link: PageLink, now: Instant): LinkStanding {
  const { instants, invitation, sentAt } = facts
  if (!invitation) return 'unknown'
  const status = statusAt(facts, now)
  // An older link must not reveal the state of the newer one, which may have gone to another person.
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
      return instants.completed !== null && now > until && !link.isSignedIn ? 'finished' : 'own'
    }
    case 'creating':
    case 'not_invited':
      return 'unknown'
  }
}
