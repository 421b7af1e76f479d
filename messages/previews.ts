import type { MailContext } from '../db/invitations/mailContext.ts'
import type { Practice } from '../db/practices.ts'
import type { MessagePurpose } from '../domain/messages.ts'
import type { PreviewKind } from '../domain/practice/previews.ts'
import {
  DAY_MS,
  type Facts,
  HOUR_MS,
  type Instant,
  instantsOf,
  type Step,
  type StepKind,
  stateOf,
  statusAt,
  stepOf,
} from '../domain/situation.ts'
import { compose } from './compose/compose.ts'
import type { ClientContext, Context } from './compose/context.ts'
import type { ClientMailInputs, TextInputs } from './compose/inputs.ts'

/** A client as messages are composed for it. */
export type PreviewClient = { facts: Facts; context: ClientContext }

/** The names of the sample client. */
export const SAMPLE = {
  organisation: 'Harbour Bakery Ltd',
  name: 'Jo',
  email: 'jo@harbour.example',
  phone: '+447700900456',
  bank: 'Lloyds Bank',
}

const SAMPLE_CONNECTION = '00000000-0000-0000-0000-000000000000'
const SAMPLE_ACCOUNTS = [{ name: 'Business Current', last4: '5678', sortCode: '123456' }]

/** The known data of a client who is not created yet. */
export type Given = Partial<Pick<MailContext, 'organisation' | 'person' | 'payments'>> & {
  invitation?: Partial<ClientContext['invitation']>
  steps?: { bank?: string | undefined; books?: string | undefined } | null
}

/** Creates a sample client who was invited just now; missing data is made up. */
export function sampleClient(
  practice: Practice,
  { invitation, steps, ...given }: Given,
  { now, publicUrl }: Pick<Context, 'now' | 'publicUrl'>,
): PreviewClient {
  const { defaultBank, defaultBooks, defaultMapping, inviteExpiryDays } = practice
  const windowMs = inviteExpiryDays * DAY_MS
  const asks = invitation?.asks ?? false
  const invited = { id: '', channels: ['email' as const, 'sms' as const], asks }
  return {
    facts: {
      id: '',
      seq: 1,
      run: 1,
      instants: { ...instantsOf(now), provisioned: now, invited: now },
      expiresAt: now + windowMs,
      snoozedUntil: null,
      lastActAt: now,
      settleAt: null,
      sentAt: now,
      invitation: { ...invited, generation: 1, from: now, claimed: true, acceptedChannel: null, acceptedLinkId: null },
      steps: [
        stepDoneBy('bank', steps?.bank ?? defaultBank, now),
        stepDoneBy('books', steps?.books ?? defaultBooks, now),
        stepDoneBy('mapping', defaultMapping, now),
      ],
      messages: [],
      reminded: { client: null, staff: null },
      hasContact: true,
      zone: practice.timeZone,
      policy: { windowMs, giveUpAfterMs: practice.giveUpDays * DAY_MS },
    },
    context: {
      organisation: SAMPLE.organisation,
      person: null,
      payments: false,
      contactName: null,
      bank: null,
      bankNames: [],
      ledger: null,
      matched: 0,
      firstInvitedAt: now,
      declineReason: null,
      declineNote: null,
      lastTry: { bank: SAMPLE.bank, failure: 'cancelled', reason: null, at: now },
      ...given,
      practice,
      invitation: {
        ...invited,
        name: SAMPLE.name,
        email: SAMPLE.email,
        phone: SAMPLE.phone,
        message: null,
        inviterName: null,
        textsStopped: false,
        existingUser: false,
        ...invitation,
      },
      now,
      publicUrl,
    },
  }
}

const stepDoneBy = (kind: StepKind, by: string, now: Instant): Step => ({
  kind,
  owner: by === 'client' ? 'client' : 'practice',
  required: true,
  startedAt: null,
  doneAt: null,
  skippedAt: by === 'skip' ? now : null,
  skippedBecause: by === 'skip' ? 'not_needed' : null,
  failedAt: null,
  phase: null,
  reason: null,
})

type SentAs = { purpose: MessagePurpose; reminderN?: number; isLastReminder?: boolean }

/** The purpose of each preview and, for reminders, which of a series it is. */
const SENT_AS: Record<PreviewKind, SentAs> = {
  invitation: { purpose: 'invitation' },
  new_link: { purpose: 'new_link' },
  reminder_1: { purpose: 'client_touch', reminderN: 1 },
  reminder_2: { purpose: 'client_touch', reminderN: 2 },
  reminder_3: { purpose: 'client_touch', reminderN: 3, isLastReminder: true },
  bank_left: { purpose: 'client_touch' },
  all_banks: { purpose: 'client_touch' },
  books_left: { purpose: 'client_touch' },
  another_bank: { purpose: 'another_bank' },
  expired: { purpose: 'client_expired' },
  withdrawn: { purpose: 'client_withdrawn' },
  done: { purpose: 'client_done' },
  confirmed_for_client: { purpose: 'confirmed_for_client' },
  renewal: { purpose: 'renewal' },
  access_ended: { purpose: 'renewal' },
}

/** Returns the client in the state in which a message of the kind is sent, changed as little as necessary. */
export function standingFor(kind: PreviewKind, { facts, context }: PreviewClient): PreviewClient {
  const { now } = context
  switch (kind) {
    case 'invitation':
    case 'reminder_1':
    case 'reminder_2':
    case 'reminder_3':
    case 'new_link':
      return { context, facts: asInvited(facts, now) }
    case 'bank_left':
      return { context, facts: asAccepted(withStep(facts, 'bank', 'open', now), now) }
    case 'books_left':
      return { context, facts: asAccepted(withStep({ ...facts, bankAsks: [] }, 'bank', 'closed', now), now) }
    case 'another_bank':
      return { context, facts: asAccepted(withStep(facts, 'bank', 'closed', now), now) }
    case 'all_banks': {
      const bankNames = context.bankNames.length > 0 ? context.bankNames : [SAMPLE.bank]
      return { context: { ...context, bankNames }, facts: asAccepted(askedIfAll(facts, now), now) }
    }
    case 'expired': {
      const isOver = facts.expiresAt !== null && facts.expiresAt < now
      return { context, facts: isOver ? facts : { ...facts, expiresAt: now - 2 * HOUR_MS } }
    }
    case 'withdrawn':
      return { context, facts }
    case 'renewal': {
      const { name, accounts, until } = context.bank ?? { name: SAMPLE.bank, accounts: 1, until: null }
      const ending = [{ name, accounts, until: until ?? now + 14 * DAY_MS, visit: true, missing: [] }]
      return { context: { ...context, asked: { ending, over: [], days: 90, now } }, facts }
    }
    case 'confirmed_for_client': {
      const said = { connectionId: SAMPLE_CONNECTION, bank: context.bank?.name ?? SAMPLE.bank, colleague: null }
      const confirmed = { ...said, how: 'phone' as const, at: now, until: now + 90 * DAY_MS }
      return { context: { ...context, confirmed }, facts }
    }
    case 'access_ended': {
      const over = [context.bank?.name ?? SAMPLE.bank]
      return { context: { ...context, asked: { ending: [], over, days: 90, now } }, facts }
    }
    case 'done': {
      const isOpen = stateOf(stepOf(facts, 'bank')) === 'open'
      const until = now + 90 * DAY_MS
      const connected = { name: SAMPLE.bank, accounts: SAMPLE_ACCOUNTS.length, shown: SAMPLE_ACCOUNTS, until }
      return {
        context: isOpen && !context.bank ? { ...context, bank: connected } : context,
        facts: asAccepted(withStep(facts, 'bank', 'closed', now), now),
      }
    }
  }
}

/** Composes the mail of a kind, without its link, as the client would get it. */
export const previewMail = (kind: PreviewKind, client: PreviewClient): ClientMailInputs =>
  preview(kind, 'email', client) as ClientMailInputs

/** Composes the text of a kind, without its link, as the client would get it. */
export const previewText = (kind: PreviewKind, client: PreviewClient): TextInputs =>
  preview(kind, 'sms', client) as TextInputs

function preview(kind: PreviewKind, channel: 'email' | 'sms', client: PreviewClient) {
  const { facts, context } = standingFor(kind, client)
  const { purpose, ...touch } = SENT_AS[kind]
  const asksToBeLetIn = context.invitation.asks && (purpose === 'invitation' || purpose === 'new_link')
  return compose(asksToBeLetIn ? 'access_request' : purpose, channel, facts, { ...context, ...touch })
}

function asInvited(facts: Facts, now: Instant): Facts {
  if (statusAt(facts, now) === 'invited') return facts
  const { created, provisioned } = facts.instants
  const isOpen = facts.expiresAt !== null && facts.expiresAt > now
  return {
    ...facts,
    instants: { ...instantsOf(created), provisioned, invited: now },
    expiresAt: isOpen ? facts.expiresAt : now + facts.policy.windowMs,
  }
}

const asAccepted = (facts: Facts, now: Instant): Facts => ({
  ...facts,
  instants: { ...facts.instants, accepted: facts.instants.accepted ?? now - 26 * HOUR_MS },
})

/** Returns the facts in which a bank is shared, another one is not awaited, and the client has not said that it is all. */
const askedIfAll = (facts: Facts, now: Instant): Facts => {
  const open = withStep(facts, 'bank', 'open', now)
  const steps = open.steps.map((step) =>
    step.kind === 'bank' ? { ...step, phase: 'more_banks' as const, reason: null } : step,
  )
  return { ...open, steps, bankAsks: [] }
}

const withStep = (facts: Facts, kind: StepKind, wanted: 'open' | 'closed', now: Instant): Facts => ({
  ...facts,
  steps: facts.steps.map((step) => {
    if (step.kind !== kind || (stateOf(step) === 'open') === (wanted === 'open')) return step
    return { ...step, skippedAt: null, doneAt: wanted === 'open' ? null : now }
  }),
})
