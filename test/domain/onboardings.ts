import type { Decision } from '../../domain/changes.ts'
import type { Command, LinkFact } from '../../domain/commands.ts'
import type { MessageFact } from '../../domain/messageFacts.ts'
import type { RefusalCode } from '../../domain/refusals.ts'
import {
  type Channel,
  DAY_MS,
  type Facts,
  HOUR_MS,
  type Instant,
  type Instants,
  instantsOf,
  type Step,
  type StepKind,
} from '../../domain/situation.ts'

/** A Monday morning, on which every onboarding here was created. */
export const MONDAY: Instant = Date.UTC(2026, 2, 2, 9)

export const days = (n: number): Instant => MONDAY + n * DAY_MS
export const hours = (n: number): Instant => MONDAY + n * HOUR_MS

const step = (kind: StepKind, owner: Step['owner']): Step => ({
  kind,
  owner,
  required: true,
  openedAt: null,
  startedAt: null,
  doneAt: null,
  skippedAt: null,
  skippedBecause: null,
  failedAt: null,
  phase: null,
  reason: null,
})

export const creating: Facts = {
  id: '0190a5b0-0000-7000-8000-000000000001',
  seq: 1,
  run: 1,
  instants: instantsOf(MONDAY),
  expiresAt: null,
  snoozedUntil: null,
  lastActAt: MONDAY,
  settleAt: null,
  sentAt: null,
  invitation: null,
  steps: [step('bank', 'client'), step('books', 'practice'), step('mapping', 'practice')],
  messages: [],
  reminded: { client: null, staff: null },
  hasContact: true,
  zone: 'UTC',
  policy: { windowMs: 7 * DAY_MS, giveUpAfterMs: 90 * DAY_MS },
}

export const at = (facts: Facts, instants: Partial<Instants>): Facts => ({
  ...facts,
  instants: { ...facts.instants, ...instants },
})

/** Returns the facts of a client who says when these are all their banks; with `shares`, one is connected already. */
export function asking(facts: Facts, shares = true): Facts {
  const asked: Facts = { ...facts, policy: { ...facts.policy, bankDoneWhen: 'client_says' } }
  const open = { startedAt: days(1), openedAt: days(1), phase: 'more_banks', isConnected: true } as const
  return shares ? withStep(asked, 'bank', open) : asked
}

/** Returns the facts with some fields of one step changed. */
export const withStep = (facts: Facts, kind: StepKind, set: Partial<Step>): Facts => ({
  ...facts,
  steps: facts.steps.map((one) => (one.kind === kind ? { ...one, ...set } : one)),
})

export const doneAt = (facts: Facts, when: Instant, ...kinds: StepKind[]): Facts =>
  kinds.reduce((all, kind) => withStep(all, kind, { doneAt: when }), facts)

let messages = 0
export const message = (set: Partial<MessageFact> = {}): MessageFact => ({
  id: `message-${++messages}`,
  purpose: 'invitation',
  channel: 'email',
  state: 'delivered',
  generation: 1,
  claimed: true,
  bulk: false,
  stateAt: MONDAY,
  ...set,
})

export const invitedBy = (facts: Facts, channels: Channel[], sent: MessageFact[] = [message()]): Facts => ({
  ...at(facts, { invited: MONDAY }),
  expiresAt: days(7),
  sentAt: MONDAY,
  invitation: {
    id: 'invitation-1',
    generation: 1,
    channels,
    asks: false,
    from: MONDAY,
    claimed: sent.some((one) => one.claimed),
    acceptedChannel: null,
    acceptedLinkId: null,
  },
  messages: sent,
})

export const notInvited = at(creating, { provisioned: MONDAY })
export const invited = invitedBy(notInvited, ['email'])
export const expired = at(invited, { expired: days(7) + 5_000 })
export const declined: Facts = { ...at(invited, { declined: days(1) }), lastActAt: days(1) }
export const accepted: Facts = {
  ...at(invited, { accepted: days(1) }),
  lastActAt: days(1),
  invitation: invited.invitation && { ...invited.invitation, acceptedChannel: 'email', acceptedLinkId: 'link-1' },
}
export const gaveUp = at(expired, { gaveUp: days(90) })
export const completed = at(doneAt(accepted, days(2), 'bank', 'books', 'mapping'), { completed: days(2) })
/** Completed without an invitation. */
export const uninvited = at(doneAt(notInvited, days(2), 'bank', 'books', 'mapping'), { completed: days(2) })
export const cancelled: Facts = { ...at(invited, { cancelled: days(1) }), lastActAt: days(1) }
export const cleaned = at(cancelled, { cleaned: days(1) + 16_000 })

export const link = (set: Partial<LinkFact> = {}): LinkFact => ({
  id: 'link-1',
  generation: 1,
  channel: 'email',
  purpose: 'accept',
  live: true,
  ...set,
})

let requests = 0
const request = (): string => `request-${++requests}`

/** Commands with defaults for the fields that rarely matter. */
export const ask = {
  invite: (channels: Channel[] = ['email'], addressUse = 0): Command => ({
    do: 'invite',
    requestId: request(),
    channels,
    addressUse,
    nextAllowed: null,
    by: 'staff',
  }),
  link: (send: 'email' | 'sms' | null = null, addressUse = 0): Command => ({
    do: 'link',
    requestId: request(),
    send,
    reachable: true,
    addressUse,
    nextAllowed: null,
  }),
  accept: (with_: LinkFact = link()): Command => ({ do: 'accept', link: with_, bankId: null, joinsAs: null }),
  decline: (by: 'client' | 'staff' = 'client'): Command => ({
    do: 'decline',
    requestId: request(),
    reason: 'no_wish',
    by,
  }),
  cancel: (): Command => ({ do: 'cancel', requestId: request() }),
  undo: (): Command => ({ do: 'undo_cancel', requestId: request() }),
  reopen: (...steps: StepKind[]): Command => ({ do: 'reopen', requestId: request(), steps }),
  extend: (until: Instant): Command => ({ do: 'extend', requestId: request(), until }),
  snooze: (until: Instant): Command => ({ do: 'snooze', requestId: request(), until }),
  resume: (): Command => ({ do: 'resume', requestId: request() }),
  skip: (kind: StepKind): Command => ({ do: 'skip_step', requestId: request(), step: kind, reason: 'not_needed' }),
  reopenStep: (kind: StepKind): Command => ({ do: 'reopen_step', requestId: request(), step: kind }),
  completeStep: (kind: StepKind): Command => ({ do: 'complete_step', requestId: request(), step: kind }),
  handOver: (kind: StepKind, owner: Step['owner']): Command => ({
    do: 'hand_over',
    requestId: request(),
    step: kind,
    owner,
  }),
  start: (kind: 'bank' | 'books'): Command => ({
    do: 'start_session',
    sessionId: request(),
    step: kind,
    provider: kind === 'bank' ? 'truelayer' : 'xero',
    institution: null,
  }),
  await: (kind: 'bank' | 'books', phase: NonNullable<Step['phase']> = 'processing'): Command => ({
    do: 'await_provider',
    sessionId: request(),
    step: kind,
    phase,
  }),
  fail: (kind: 'bank' | 'books', reason: NonNullable<Step['reason']> = 'cancelled'): Command => ({
    do: 'fail_session',
    sessionId: request(),
    step: kind,
    reason,
    provider: 'truelayer',
  }),
  connect: (kind: 'bank' | 'books'): Command => ({
    do: 'connect',
    sessionId: request(),
    step: kind,
    connectionId: request(),
    provider: kind === 'bank' ? 'truelayer' : 'xero',
    accounts: 2,
  }),
  finishBanks: (): Command => ({ do: 'finish_banks', requestId: request() }),
  map: (): Command => ({ do: 'map', requestId: request(), matched: 2, none: 0 }),
  edit: (...fields: string[]): Command => ({ do: 'edit', requestId: request(), fields, hasContact: true }),
  assign: (managerId: string | null = 'person-1'): Command => ({ do: 'assign', requestId: request(), managerId }),
  changeAccess: (everyone = true): Command => ({
    do: 'change_access',
    requestId: request(),
    everyone,
    people: [],
    teams: [],
  }),
  reveal: (): Command => ({ do: 'reveal', requestId: request() }),
  visit: (): Command => ({ do: 'visit', visitId: request() }),
  report: (about: Extract<Command, { do: 'report' }>['about'] = 'open_again'): Command => ({
    do: 'report',
    requestId: request(),
    about,
  }),
}

/** Returns a decision in one word: the event's kind, `-` unchanged, `~` too early, `!code` refused. */
export function wordOf(decision: Decision): string {
  if ('refusal' in decision) return `!${decision.refusal.code}`
  if ('tooEarly' in decision) return '~'
  if ('unchanged' in decision) return '-'
  const { event, message: moved } = decision.change
  return moved ? moved.state : event.kind
}

/** Returns the change of a decision; throws when there is none. */
export function changeOf(decision: Decision) {
  if (!('change' in decision)) throw new Error(`no change but ${wordOf(decision)}`)
  return decision.change
}

/** Returns the refusal of a decision; throws when there is none. */
export function refusalOf(decision: Decision): { code: RefusalCode; at: Instant | null; allowed: string[] } {
  if (!('refusal' in decision)) throw new Error(`not refused but ${wordOf(decision)}`)
  return decision.refusal
}
