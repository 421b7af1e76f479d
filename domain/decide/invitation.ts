import type { Change, Decision, NewMessage } from '../changes.ts'
import type { CommandOf } from '../commands.ts'
import { stoppedAsks } from '../connections/bankAsks.ts'
import { CONSENT_WORDING } from '../events.ts'
import { isDead } from '../messageFacts.ts'
import { isHeldBack } from '../messages.ts'
import { limitedUntil } from '../practice/limits.ts'
import { byMail, latestMessages } from '../reminders.ts'
import {
  asksIfAll,
  type Channel,
  type Facts,
  type Instant,
  MINUTE_MS,
  stateOf,
  statusAt,
  statusOf,
  stepOf,
  UNDO_MS,
} from '../situation.ts'
import { keptAsk, refusalToAsk } from './bankAsks.ts'
import { early } from './early.ts'
import { refuse } from './refusal.ts'

/** The pause between two messages that people ask for, per onboarding. */
export const RESEND_AFTER_MS = MINUTE_MS
/** An address gets at most this many invitation and continue messages in 24 h. */
const ADDRESS_LIMIT = 5

/** Returns true if the command replaces an address that is known to fail, so that nobody has got anything yet. */
const correctsDead = (facts: Facts, corrected: Channel[]): boolean =>
  latestMessages(facts).some(
    ({ channel, state }) => isDead(state) && state !== 'unknown' && corrected.includes(channel),
  )

function sendRefusal(
  facts: Facts,
  { addressUse, nextAllowed, corrected = [] }: Pick<CommandOf<'invite'>, 'addressUse' | 'nextAllowed' | 'corrected'>,
  channels: Channel[],
  now: Instant,
): Decision | null {
  // A held-back invitation has not been sent, so no delay applies.
  const isHeld = latestMessages(facts).some(isHeldBack)
  if (!isHeld && !correctsDead(facts, corrected) && facts.sentAt !== null && now < facts.sentAt + RESEND_AFTER_MS) {
    return refuse(facts, now, 'resend_too_soon', facts.sentAt + RESEND_AFTER_MS)
  }
  if (addressUse >= ADDRESS_LIMIT) return refuse(facts, now, 'address_limit')
  const until = limitedUntil(nextAllowed, channels)
  return until === null ? null : refuse(facts, now, 'practice_limit', until)
}

const isSent = (channel: Channel): channel is 'email' | 'sms' => channel !== 'link'

/** Returns true if no invitation has reached the client: none exists, or the present one was held back. */
const isFirstToLeave = (facts: Facts): boolean =>
  facts.invitation === null || facts.instants.invited === null || latestMessages(facts).some(isHeldBack)

/** Returns the change to a new invitation generation: new links, a window that starts now, older links ended. */
function newGeneration(
  facts: Facts,
  channels: Channel[],
  now: Instant,
  by: 'staff' | 'client',
  asks = false,
  bulk = false,
): Change {
  const generation = (facts.invitation?.generation ?? 0) + 1
  const sent = channels.filter(isSent)
  const purpose = asks ? 'access_request' : isFirstToLeave(facts) ? 'invitation' : 'new_link'
  const messages: NewMessage[] = sent.length ? [{ purpose, channels: sent, bulk }] : []
  return {
    event: {
      kind: generation === 1 ? 'invited' : 'resent',
      key: String(generation),
      // Reports leave out clients whose bank was not asked for, or was there before.
      data: { generation, channels, by, bank: stateOf(stepOf(facts, 'bank')), ...(asks && { asks }) },
    },
    instants: { invited: now, expired: null, declined: null, completed: null },
    raiseRun: facts.instants.completed !== null,
    expiresAt: now + facts.policy.windowMs,
    generation: { channels, asks },
    messages,
    act: true,
  }
}

export function invite(facts: Facts, now: Instant, command: CommandOf<'invite'>): Decision {
  if (facts.instants.accepted !== null) return refuse(facts, now, 'already_accepted')
  if (command.channels.length === 0) return refuse(facts, now, 'no_contact')
  if (command.asks && command.known === false) return refuse(facts, now, 'address_unknown')
  return (
    sendRefusal(facts, command, command.channels, now) ?? {
      change: newGeneration(facts, command.channels, now, command.by, command.asks, command.bulk),
    }
  )
}

/** Copies or sends a link. The first one creates the invitation, later ones belong to the present generation. */
export function link(facts: Facts, now: Instant, command: CommandOf<'link'>): Decision {
  const { asks } = command
  const impossible = asks && refusalToAsk(facts, now, asks)
  if (impossible) return impossible
  if (!command.reachable) return refuse(facts, now, 'no_contact')
  const refusal = command.send ? sendRefusal(facts, command, [command.send], now) : null
  if (refusal) return refusal
  if (
    facts.invitation === null ||
    facts.instants.invited === null ||
    (facts.instants.completed !== null && facts.instants.accepted === null)
  ) {
    return { change: newGeneration(facts, [command.send ?? 'link'], now, 'staff') }
  }
  const first = facts.invitation.asks ? 'access_request' : 'invitation'
  const goesOn = asks ? 'another_bank' : 'continue_link'
  const purpose = facts.instants.accepted === null ? first : goesOn
  const kept = asks ? keptAsk(facts, now, command.requestId, asks, command.send !== null) : {}
  return {
    change: {
      ...kept,
      event: {
        kind: command.send ? 'link_sent' : 'link_copied',
        key: command.requestId,
        data: {
          generation: facts.invitation.generation,
          channel: command.send ?? 'link',
          ...(asks && { bank: true }),
          ...(kept.raiseRun && { reopens: true }),
        },
      },
      act: true,
      // A request for a bank leaves once it cannot be undone any more.
      messages: command.send ? [{ purpose, channels: [command.send], ...(asks && { notBefore: now + UNDO_MS }) }] : [],
    },
  }
}

/**
 * Accepts if `now <= expires_at`, the link is of the present generation and the onboarding has not ended. Accepting
 * again with the same link changes nothing.
 */
export function accept(facts: Facts, now: Instant, command: CommandOf<'accept'>): Decision {
  const { link, bankId, joinsAs } = command
  const { invitation, instants } = facts
  const status = statusAt(facts, now)
  if (instants.accepted !== null && status !== 'cancelled' && status !== 'gave_up') {
    const same = invitation?.acceptedLinkId === link.id || (link.purpose === 'continue' && link.live)
    return same ? { unchanged: true } : refuse(facts, now, 'already_accepted')
  }
  if (status !== 'invited' || !invitation) return refuse(facts, now, 'not_allowed')
  if (link.generation < invitation.generation) return refuse(facts, now, 'newer_link')
  if (!link.live) return refuse(facts, now, 'not_allowed')
  // The page of an access request has not shown the consent wording.
  const asksBank = !invitation.asks && stateOf(stepOf(facts, 'bank')) === 'open'
  return {
    change: {
      event: {
        kind: 'accepted',
        key: String(invitation.generation),
        data: {
          generation: invitation.generation,
          channel: link.channel,
          bank: bankId,
          consentWording: asksBank ? CONSENT_WORDING : null,
          role: joinsAs,
          ...(invitation.asks && { asks: true }),
        },
      },
      instants: { accepted: now },
      acceptedWith: link,
      act: true,
    },
  }
}

/** Declines before acceptance. The client may while the link works; staff may also after it expired. */
export function decline(facts: Facts, now: Instant, command: CommandOf<'decline'>): Decision {
  const status = statusAt(facts, now)
  if (status === 'declined') return { unchanged: true }
  const possible = status === 'invited' || (status === 'expired' && command.by === 'staff')
  if (!possible) return refuse(facts, now, facts.instants.accepted !== null ? 'already_accepted' : 'not_allowed')
  return {
    change: {
      event: {
        kind: 'declined',
        key: String(facts.invitation?.generation ?? 0),
        data: { reason: command.reason, by: command.by },
      },
      instants: { declined: now },
      act: true,
      messages: command.by === 'client' ? [{ purpose: 'staff_declined', channels: ['email'] }] : [],
    },
  }
}

/** Expires the invitation after `expires_at`. A command that comes early is told to wait. */
export function expire(facts: Facts, now: Instant): Decision {
  if (statusOf(facts.instants) !== 'invited' || facts.expiresAt === null) return { unchanged: true }
  if (now <= facts.expiresAt) return early(facts.expiresAt + 1, now)
  const generation = facts.invitation?.generation ?? 0
  return {
    change: {
      event: { kind: 'expired', key: `${generation}:${facts.expiresAt}`, data: { generation } },
      instants: { expired: now },
      messages: facts.policy.tellsExpired ? byMail(facts, 'client_expired') : [],
    },
  }
}

/** The reports of a client who is asked for no bank any more. */
const SAYS_NO = new Set<CommandOf<'report'>['about']>(['no_wish_to_share', 'not_my_company', 'not_the_right_person'])

/** Returns the open steps for which reminders to the client stop after this report. */
function stoppedBy({ about }: CommandOf<'report'>, facts: Facts): ('bank' | 'books')[] {
  const open = (['bank', 'books'] as const).filter((kind) => {
    const step = stepOf(facts, kind)
    return step.owner === 'client' && stateOf(step) === 'open'
  })
  if (about === 'no_wish_to_share') return open.filter((kind) => kind === 'bank')
  return SAYS_NO.has(about) ? open : []
}

/** Records a report from the client's page and mails it to the practice. */
export function report(facts: Facts, now: Instant, command: CommandOf<'report'>): Decision {
  const status = statusAt(facts, now)
  if (status === 'cancelled' && command.about !== 'mistake') return refuse(facts, now, 'not_allowed')
  const stopped = stoppedBy(command, facts)
  const [first, ...others] = stopped
  const bankAsks = SAYS_NO.has(command.about) ? stoppedAsks(facts, now) : undefined
  return {
    change: {
      event: { kind: 'told', key: command.requestId, data: { about: command.about } },
      act: true,
      messages: [{ purpose: 'staff_told', channels: ['email'] }],
      ...(bankAsks && { bankAsks }),
      ...(first && {
        steps: stopped.map((kind) => ({
          kind,
          // A bank that is connected stays shared.
          set: {
            failedAt: now,
            reason: 'stopped' as const,
            ...(!(kind === 'bank' && asksIfAll(facts)) && { phase: null }),
          },
        })),
        sessions: others.length > 0 ? ('all' as const) : first,
      }),
    },
  }
}

/** Withdraws an invitation that was held back, so that the client counts as not invited. */
export function skipInvitation(facts: Facts, now: Instant, command: CommandOf<'skip_invitation'>): Decision {
  const status = statusAt(facts, now)
  const isHeld = latestMessages(facts).some(isHeldBack)
  if (!isHeld || (status !== 'invited' && status !== 'expired')) return refuse(facts, now, 'not_allowed')
  return {
    change: {
      event: { kind: 'invitation_skipped', key: command.requestId, data: {} },
      instants: { invited: null, expired: null },
      expiresAt: null,
      links: 'end_all',
      act: true,
    },
  }
}
