import type { ListRow } from '../../../db/list/list.ts'
import type { RowContext } from '../../../db/list/rowContext.ts'
import { namesOf } from '../../../db/list/rowNames.ts'
import type { OrganisationView } from '../../../db/onboardings/onboardingView.ts'
import { askStateOf, type BankAsk } from '../../../domain/connections/bankAsks.ts'
import { lostAccess } from '../../../domain/connections/lostAccess.ts'
import { verbsOf } from '../../../domain/decide/verbs.ts'
import { type Description, describe } from '../../../domain/describe.ts'
import { maskNiNumber } from '../../../domain/fields/ukFormats.ts'
import { healthOf } from '../../../domain/rows/attention.ts'
import { deliveriesOf } from '../../../domain/rows/delivery.ts'
import { actionOf, nextActionOf } from '../../../domain/rows/nextAction.ts'
import { type Overdue, overdueOf } from '../../../domain/rows/overdue.ts'
import { progressOf, type StepConnection } from '../../../domain/rows/progress.ts'
import { blockerSentence, type Names } from '../../../domain/rows/sentences.ts'
import { DAY_MS, type Facts, type Instant, type Step, stateOf } from '../../../domain/situation.ts'
import { needsStaff, type Waiting } from '../../../domain/waiting.ts'
import type { Summary } from './schema.ts'

export const iso = (at: Instant): string => new Date(at).toISOString()
export const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at))

/** Returns an onboarding in the format of lists. */
export function summaryOf({
  view,
  locked: { facts, now },
  context,
}: Pick<ListRow, 'view' | 'locked' | 'context'>): Summary {
  const description = describe(facts, now)
  const { invitation } = view
  return {
    id: view.id,
    status: description.stage,
    situation: situationOf(
      description,
      facts,
      namesOf(view, context, facts),
      overdueOf(facts, context.usual, now),
      now,
    ),
    action: nextActionOf(description, facts, now),
    allowed: verbsOf(facts, now),
    organisation: organisationOf(view.organisation),
    accountManager: context.managerId === null ? null : { id: context.managerId },
    ledger: context.ledgerProvider,
    bank: context.connectedBanks[0] ?? null,
    banks: context.connectedBanks.filter((name) => name !== null),
    teams: context.teams,
    steps: facts.steps.map((step) => stepOf(facts, step, connectionOf(step, context, lostAccess(facts, now)))),
    awaitedBanks: (facts.bankAsks ?? []).filter(({ isAwaited }) => isAwaited).map(awaitedBankOf),
    unmatched: context.unmatched,
    invitation: invitation && {
      generation: invitation.generation,
      name: invitation.name,
      email: invitation.email,
      phone: invitation.phone,
      channels: invitation.channels,
      asks: invitation.asks,
      delivery: deliveriesOf(facts, now).map(({ at, ...delivery }) => ({ ...delivery, at: iso(at) })),
      expiresAt: isoOrNull(facts.expiresAt),
      acceptedAt: isoOrNull(facts.instants.accepted),
      acceptedThrough: invitation.acceptedThrough,
    },
    linkDays: facts.policy.windowMs / DAY_MS,
    snoozedUntil: facts.snoozedUntil !== null && facts.snoozedUntil > now ? iso(facts.snoozedUntil) : null,
    createdAt: iso(facts.instants.created),
    completedAt: isoOrNull(facts.instants.completed),
    updatedAt: iso(view.updatedAt),
  }
}

function situationOf(
  description: Description,
  facts: Facts,
  names: Names,
  overdue: Overdue | null,
  now: Instant,
): Summary['situation'] {
  const { stage, blockedBy, move, step, since, next, also } = description
  return {
    stage,
    blockedBy,
    move,
    step,
    sentence: blockerSentence(description, facts, names, now),
    health: healthOf(blockedBy),
    needsAttention: overdue !== null || [description, ...also].some(needsStaff),
    longerThanUsual: overdue && { ...overdue, since: iso(overdue.since) },
    since: iso(since),
    next: next.map(nextIn),
    also: also.map((one) => ({
      blockedBy: one.blockedBy,
      move: one.move,
      step: one.step,
      sentence: blockerSentence({ stage, ...one }, facts, names, now),
      health: healthOf(one.blockedBy),
      action: facts.erased ? null : actionOf(one, facts),
      since: iso(one.since),
      next: one.next.map(nextIn),
    })),
  }
}

const nextIn = ({ what, at }: Description['next'][number]) => ({ what, at: iso(at) })

function organisationOf(view: OrganisationView): Summary['organisation'] {
  const { contactName, contactEmail, contactPhone, niNumberLast4, ...rest } = view
  const hasContact = contactName !== null || contactEmail !== null || contactPhone !== null
  return {
    ...rest,
    contact: hasContact ? { name: contactName, email: contactEmail, phone: contactPhone } : null,
    niNumberMasked: niNumberLast4 && maskNiNumber(niNumberLast4.padStart(9, '•')),
  }
}

const awaitedBankOf = (ask: BankAsk): Summary['awaitedBanks'][number] => ({
  id: ask.id,
  bank: ask.institutionName,
  state: askStateOf(ask),
  askedAt: iso(ask.askedAt),
  closedAt: isoOrNull(ask.doneAt ?? ask.droppedAt),
  downSince: isoOrNull(askStateOf(ask) === 'open' ? (ask.downSince ?? null) : null),
})

/** Returns how the connection of a step stands: the best one if there are several. */
function connectionOf({ kind }: Step, { connected, ending }: RowContext, lost: readonly Waiting[]): StepConnection {
  if (kind !== 'mapping' && connected.includes(kind)) return ending.includes(kind) ? 'ends_soon' : 'stands'
  const ended = lost.find(({ step }) => step === kind)
  if (!ended) return 'none'
  return ended.access?.is === 'stopped' ? 'stopped' : 'lost'
}

const stepOf = (facts: Facts, step: Step, connection: StepConnection): Summary['steps'][number] => ({
  kind: step.kind,
  owner: step.owner,
  required: step.required,
  state: stateOf(step),
  progress: progressOf(facts, step, connection),
  phase: step.phase,
  way: step.way ?? 'connect',
  startedAt: isoOrNull(step.startedAt),
  doneAt: isoOrNull(step.doneAt),
  skippedAt: isoOrNull(step.skippedAt),
  skippedBecause: step.skippedBecause,
  failedAt: isoOrNull(step.failedAt),
  reason: step.reason,
})
