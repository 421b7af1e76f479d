import type { Change, Command } from '../../domain/commands.ts'
import { decide } from '../../domain/decide.ts'
import { isWanted } from '../../domain/messages.ts'
import type { Facts, Instant, MessageFact } from '../../domain/situation.ts'
import { changeOf } from './onboardings.ts'

let made = 0

/** What the row holds after a change: what the database's writes do, in memory. */
export function applied(facts: Facts, change: Change, now: Instant): Facts {
  const generation = (facts.invitation?.generation ?? 0) + (change.generation ? 1 : 0)
  const queued: MessageFact[] = (change.messages ?? []).flatMap(({ purpose, channels }) =>
    channels.map((channel) => ({
      id: `queued-${++made}`,
      purpose,
      channel,
      state: 'queued' as const,
      reason: null,
      generation,
      claimed: false,
      stateAt: now,
    })),
  )
  const claimed = change.message
  const sends = queued.some((m) => ['invitation', 'new_link', 'continue_link'].includes(m.purpose))
  const after: Facts = {
    ...facts,
    seq: facts.seq + 1,
    run: facts.run + (change.raiseRun ? 1 : 0),
    instants: { ...facts.instants, ...change.instants },
    expiresAt: change.expiresAt === undefined ? facts.expiresAt : change.expiresAt,
    snoozedUntil: change.snoozedUntil === undefined ? facts.snoozedUntil : change.snoozedUntil,
    lastActAt: change.act ? now : facts.lastActAt,
    sentAt: sends ? now : facts.sentAt,
    settleAt: change.sessions === 'all' || change.sessions === 'bank' ? null : facts.settleAt,
    steps: facts.steps.map((step) => ({ ...step, ...change.steps?.find((one) => one.kind === step.kind)?.set })),
    touched: change.touched
      ? { ...facts.touched, [change.touched.kind]: { series: change.touched.series, n: change.touched.n } }
      : facts.touched,
    invitation: change.generation
      ? {
          id: `invitation-${generation}`,
          generation,
          channels: change.generation.channels,
          from: now,
          claimed: false,
          acceptedChannel: null,
          acceptedLinkId: null,
        }
      : facts.invitation && {
          ...facts.invitation,
          ...(change.acceptedWith && {
            acceptedChannel: change.acceptedWith.channel,
            acceptedLinkId: change.acceptedWith.id,
          }),
          ...(claimed?.claims && { claimed: true, from: now }),
        },
    messages: [
      ...facts.messages.map((m) =>
        m.id === claimed?.id
          ? {
              ...m,
              state: claimed.state,
              reason: claimed.reason,
              stateAt: now,
              claimed: m.claimed || m.state === 'queued',
            }
          : m,
      ),
      ...queued,
    ].filter((m) => m.generation === generation || m.state === 'queued' || m.state === 'sending'),
  }
  const messages = after.messages.map((m) =>
    m.state === 'queued' && !isWanted(after, m, now) ? { ...m, state: 'withdrawn' as const } : m,
  )
  return { ...after, messages }
}

/** Decides and applies; fails when the command changes nothing. */
export function doing(facts: Facts, now: Instant, command: Command): { facts: Facts; change: Change } {
  const change = changeOf(decide(facts, command, now))
  return { facts: applied(facts, change, now), change }
}

/** The facts after a command, changed or not. */
export function after(facts: Facts, command: Command, now: Instant): Facts {
  const decision = decide(facts, command, now)
  return 'change' in decision ? applied(facts, decision.change, now) : facts
}
