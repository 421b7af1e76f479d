import type { Change } from './changes.ts'
import type { MessageFact } from './messageFacts.ts'
import { MESSAGES } from './messages.ts'
import type { Facts, Instant, InvitationFact } from './situation.ts'
import { isWanted } from './wanted.ts'

/**
 * Returns the facts after a change made at `now`, equal to a fresh read. New invitations and messages have no id yet,
 * because the database gives it. Queued messages that are no longer wanted are withdrawn. Connections are left out: they
 * are written beside the change, and read again.
 */
export function factsAfter({ connections: _readAgain, ...facts }: Facts, change: Change, now: Instant): Facts {
  const invitation = invitationAfter(facts, change, now)
  const generation = invitation?.generation ?? 0
  const after: Facts = {
    ...facts,
    seq: facts.seq + 1,
    run: facts.run + (change.raiseRun ? 1 : 0),
    instants: { ...facts.instants, ...change.instants },
    expiresAt: change.expiresAt === undefined ? facts.expiresAt : change.expiresAt,
    snoozedUntil: change.snoozedUntil === undefined ? facts.snoozedUntil : change.snoozedUntil,
    lastActAt: change.act ? now : facts.lastActAt,
    ...(facts.instants.completed !== null && change.instants?.completed === null && { reopenedAt: now }),
    sentAt: change.messages?.some(({ purpose }) => MESSAGES[purpose].byCommand || MESSAGES[purpose].keepsLink)
      ? now
      : change.unsent
        ? null
        : facts.sentAt,
    settleAt: change.sessions === 'all' || change.sessions === 'bank' ? null : facts.settleAt,
    steps: facts.steps.map((step) => ({ ...step, ...change.steps?.find(({ kind }) => kind === step.kind)?.set })),
    hasContact: change.hasContact ?? facts.hasContact,
    ...(change.erases && { erased: true }),
    ...(change.asksRenewal && { asksRenewal: true }),
    ...(change.bankAsks && { bankAsks: change.bankAsks.length > 0 ? change.bankAsks : undefined }),
    reminded: change.reminded
      ? { ...facts.reminded, [change.reminded.kind]: { series: change.reminded.series, n: change.reminded.n } }
      : facts.reminded,
    invitation,
    messages: [...facts.messages.map((message) => moved(message, change, now)), ...queued(change, generation, now)],
  }
  const messages = after.messages
    .filter((m) => m.generation === generation || m.state === 'queued' || m.state === 'sending')
    .map((m) =>
      m.state === 'queued' && (m.id === change.unsent || !isWanted(after, m, now))
        ? { ...m, state: 'withdrawn' as const, stateAt: now }
        : m,
    )
  return { ...after, messages }
}

function invitationAfter({ invitation }: Facts, change: Change, now: Instant): InvitationFact | null {
  if (change.generation) {
    const { channels, asks } = change.generation
    const generation = (invitation?.generation ?? 0) + 1
    return {
      id: '',
      generation,
      channels,
      asks,
      from: now,
      claimed: false,
      acceptedChannel: null,
      acceptedLinkId: null,
    }
  }
  if (!invitation) return null
  const { acceptedWith, message } = change
  return {
    ...invitation,
    ...(acceptedWith && { acceptedChannel: acceptedWith.channel, acceptedLinkId: acceptedWith.id }),
    ...(message?.claims && { claimed: true, from: now }),
  }
}

function moved(message: MessageFact, change: Change, now: Instant): MessageFact {
  if (message.id !== change.message?.id) return message
  const { state, cause = null } = change.message
  return { ...message, state, cause, stateAt: now, claimed: message.claimed || state === 'sending' }
}

function queued(change: Change, generation: number, now: Instant): MessageFact[] {
  return (change.messages ?? []).flatMap(({ purpose, channels, bulk = false, notBefore: stateAt = now }) =>
    channels.map((channel): MessageFact => {
      const state = 'queued'
      return { id: '', purpose, channel, state, cause: null, generation, claimed: false, bulk, stateAt }
    }),
  )
}
