import type { Decision } from '../changes.ts'
import type { Agreement, CommandOf } from '../commands.ts'
import { refusalForClient } from '../connections/renewal.ts'
import { reachableChannels } from '../reminders.ts'
import { type Facts, type Instant, statusAt } from '../situation.ts'
import { recovered } from './connections.ts'
import { isWithinReach, outOfReach } from './course.ts'
import { RESEND_AFTER_MS } from './invitation.ts'
import { refuse } from './refusal.ts'

/**
 * Asks the client to confirm what a bank shares, on every channel that is not known to have failed. Asked by the clock
 * without one, it records that nobody could be asked, so that staff see it.
 */
export function askRenewal(
  facts: Facts,
  now: Instant,
  { connectionId, asked, by, bulk }: CommandOf<'ask_renewal'>,
): Decision {
  const channels = reachableChannels(facts)
  const isAskable = isWithUs(facts, now)
  if (by === 'staff') {
    if (!isAskable) return refuse(facts, now, 'not_allowed')
    if (channels.length === 0) return refuse(facts, now, 'no_contact')
    const againAt = (facts.sentAt ?? 0) + RESEND_AFTER_MS
    if (now < againAt) return refuse(facts, now, 'resend_too_soon', againAt)
  }
  if (!isAskable) return { unchanged: true }
  return {
    change: {
      event: { kind: 'renewal_asked', key: `${connectionId}:${facts.seq + 1}`, data: { channels, connections: asked } },
      asksRenewal: true,
      messages: channels.length > 0 ? [{ purpose: 'renewal', channels, ...(bulk && { bulk }) }] : [],
    },
  }
}

const isWithUs = (facts: Facts, now: Instant): boolean => ['accepted', 'completed'].includes(statusAt(facts, now))

const agreed = ({ connectionId, accounts, until, wording }: Agreement) => ({
  connectionId,
  accounts,
  until: new Date(until).toISOString(),
  wording,
})

/** Records that the client said yes and sets out for the provider. The connection stays as it is until they are back. */
export function startRenewal(facts: Facts, now: Instant, command: CommandOf<'start_renewal'>): Decision {
  if (!isWithUs(facts, now)) return refuse(facts, now, 'not_allowed')
  return {
    change: {
      event: { kind: 'renewal_started', key: command.sessionId, data: agreed(command) },
      act: true,
      // A completed onboarding has no run; this one asks the provider if nobody returns.
      ...(command.isVisit && facts.instants.completed !== null && facts.settleAt === null && { raiseRun: true }),
    },
  }
}

/** Leaves a bank's access alone until an instant, or no longer. The client is asked as before. */
export function snoozeAccess(
  facts: Facts,
  now: Instant,
  { connectionId, until }: CommandOf<'snooze_access'>,
): Decision {
  if (until !== null && !isWithinReach(until, now)) return outOfReach(facts, now)
  return {
    change: {
      event: {
        kind: 'access_snoozed',
        key: `${connectionId}:${facts.seq + 1}`,
        data: { until: until === null ? null : new Date(until).toISOString() },
      },
    },
  }
}

/**
 * Records that a consent is confirmed. A step that was lost with it is done again. A client for whom a colleague confirmed
 * is told, so that they can stop it.
 */
export function confirmRenewal(facts: Facts, now: Instant, command: CommandOf<'confirm_renewal'>): Decision {
  if (!isWithUs(facts, now)) return refuse(facts, now, 'not_allowed')
  const { connectionId, isLost, isMapped, forClient, changed } = command
  const refusal = forClient && refusalForClient(forClient.allowing)
  if (refusal) return refuse(facts, now, refusal)
  const [channel] = reachableChannels(facts)
  if (forClient && !channel) return refuse(facts, now, 'no_contact')
  return {
    change: {
      event: {
        kind: 'renewal_confirmed',
        key: confirmationKey(facts, connectionId),
        data: {
          ...agreed(command),
          ...changed,
          ...(forClient && { how: forClient.how, agreedOn: forClient.agreedOn }),
        },
      },
      steps: isLost ? recovered(facts, 'bank', isMapped, now) : [],
      act: true,
      ...(forClient && channel && { messages: [{ purpose: 'confirmed_for_client' as const, channels: [channel] }] }),
    },
  }
}

/** Records that the client or a colleague says that accounts are closed, or takes it back. */
export function closeAccounts(
  facts: Facts,
  now: Instant,
  { do: does, connectionId, accounts }: CommandOf<'close_accounts' | 'reopen_accounts'>,
): Decision {
  if (!isWithUs(facts, now)) return refuse(facts, now, 'not_allowed')
  if (accounts === 0) return { unchanged: true }
  const kind = does === 'close_accounts' ? 'accounts_closed' : 'accounts_reopened'
  return { change: { event: { kind, key: confirmationKey(facts, connectionId), data: { accounts } }, act: true } }
}

/** Records what a look found of the accounts of a bank: those that it does not see any more, or sees again. */
export function noteAccounts(facts: Facts, _now: Instant, command: CommandOf<'note_accounts'>): Decision {
  const { connectionId, gone, back } = command
  const key = confirmationKey(facts, connectionId)
  if (gone > 0) return { change: { event: { kind: 'accounts_missing', key, data: { accounts: gone, back } } } }
  if (back > 0) return { change: { event: { kind: 'accounts_back', key, data: { accounts: back } } } }
  return { unchanged: true }
}

/** Returns the key of the next event about a connection. */
export const confirmationKey = ({ seq }: Pick<Facts, 'seq'>, connectionId: string): string =>
  `${connectionId}:${seq + 1}`
