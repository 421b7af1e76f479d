import type { Tx } from '../../../db/client.ts'
import type { Account } from '../../../db/connections.ts'
import { type Detail, readDetail } from '../../../db/detail.ts'
import type { Locked } from '../../../db/facts.ts'
import type { OnboardingView, OrganisationView } from '../../../db/onboardingView.ts'
import { describe } from '../../../domain/describe.ts'
import { suggestMatches } from '../../../domain/matching.ts'
import { situationOf } from '../../../domain/nextMove.ts'
import { nextTouches } from '../../../domain/nextTouches.ts'
import { type Facts, type Instant, type Step, stateOf } from '../../../domain/situation.ts'
import { maskNiNumber } from '../../../domain/ukFormats.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import type { Onboarding, Summary } from './schema.ts'

const iso = (at: Instant): string => new Date(at).toISOString()
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at))

/** The onboarding as it stands now; a 404 when the caller's practice has none of that id. */
export async function readOnboarding({ db }: Dependencies, { practiceId }: Caller, id: string): Promise<Onboarding> {
  const found = await db.inPractice(practiceId, (tx) => readResource(tx, id))
  if (!found) throw notFound()
  return found
}

/** The same inside a transaction; null when there is none. */
export async function readResource(tx: Tx, id: string): Promise<Onboarding | null> {
  const detail = await readDetail(tx, id)
  return detail && onboardingOf(detail)
}

/** An onboarding as a list shows it. */
export function summaryOf(view: OnboardingView, { facts, now }: Locked): Summary {
  const { stage, blockedBy, move, since, next } = describe(facts, now)
  const { invitation } = view
  return {
    id: view.id,
    status: stage,
    situation: { stage, blockedBy, move, since: iso(since), next: next.map(({ what, at }) => ({ what, at: iso(at) })) },
    organisation: organisationOf(view.organisation),
    steps: facts.steps.map(stepOf),
    invitation: invitation && {
      generation: invitation.generation,
      name: invitation.name,
      email: invitation.email,
      phone: invitation.phone,
      channels: invitation.channels,
      expiresAt: isoOrNull(facts.expiresAt),
      acceptedThrough: invitation.acceptedThrough,
    },
    snoozedUntil: facts.snoozedUntil !== null && facts.snoozedUntil > now ? iso(facts.snoozedUntil) : null,
    createdAt: iso(facts.instants.created),
    updatedAt: iso(view.updatedAt),
  }
}

function onboardingOf({ view, locked, ...rest }: Detail): Onboarding {
  const { facts, now } = locked
  const summary = summaryOf(view, locked)
  return {
    ...summary,
    organisation: { ...summary.organisation, incomeSources: rest.incomeSources },
    steps: summary.steps.map((step) => {
      const texts = rest.steps.find((one) => one.kind === step.kind)
      return {
        ...step,
        skipReason: texts?.skipReason ?? null,
        lastError: step.state === 'open' ? (texts?.lastError ?? null) : null,
        evidence: step.state === 'done' ? (texts?.evidence ?? null) : null,
      }
    }),
    invitation: summary.invitation && {
      ...summary.invitation,
      message: view.invitation?.message ?? null,
      deliveries: rest.deliveries.map(({ stateAt, ...delivery }) => ({ ...delivery, at: iso(stateAt) })),
    },
    connections: rest.connections.map(({ connectedAt, accessUntil, tenantName, ...connection }) => ({
      ...connection,
      institution: tenantName ?? connection.institution,
      connectedAt: iso(connectedAt),
      accessUntil: isoOrNull(accessUntil),
      accounts: rest.accounts.filter((one) => one.connectionId === connection.id).map(accountOf),
    })),
    mapping: rest.mapping,
    suggestions: suggestionsOf(rest),
    nextTouches: nextTouches(facts, now, 3).map(({ at, kind, n }) => ({ at: iso(at), to: kind, n })),
    ...endingOf(facts, now, view),
  }
}

function organisationOf(view: OrganisationView): Summary['organisation'] {
  const { contactName, contactEmail, contactPhone, niNumberLast4, ...rest } = view
  const hasContact = contactName !== null || contactEmail !== null || contactPhone !== null
  return {
    ...rest,
    contact: hasContact ? { name: contactName, email: contactEmail, phone: contactPhone } : null,
    niNumberMasked: niNumberLast4 && maskNiNumber(niNumberLast4.padStart(9, '•')),
  }
}

const stepOf = (step: Step): Summary['steps'][number] => ({
  kind: step.kind,
  owner: step.owner,
  required: step.required,
  state: stateOf(step),
  phase: step.phase,
  startedAt: isoOrNull(step.startedAt),
  doneAt: isoOrNull(step.doneAt),
  skippedAt: isoOrNull(step.skippedAt),
  skippedBecause: step.skippedBecause,
  failedAt: isoOrNull(step.failedAt),
  reason: step.reason,
})

const accountOf = (account: Account): Onboarding['connections'][number]['accounts'][number] => ({
  id: account.id,
  name: account.name,
  holder: account.holder,
  currency: account.currency,
  sortCode: account.sortCode,
  numberEnding: account.accountNumber?.replace(/\D/g, '').slice(-4) || null,
  code: account.code,
})

function suggestionsOf({ connections, accounts }: Pick<Detail, 'connections' | 'accounts'>): Onboarding['suggestions'] {
  const of = (kind: 'bank' | 'books') => {
    const connection = connections.find((one) => one.kind === kind && one.state === 'connected')
    return connection && accounts.filter((one) => one.connectionId === connection.id)
  }
  const bank = of('bank')
  const ledger = of('books')
  if (!bank || !ledger) return null
  return suggestMatches(
    bank,
    ledger.map(({ id, name, accountNumber }) => ({ id, name, number: accountNumber })),
  )
}

function endingOf(facts: Facts, now: Instant, { cancelReason, declineReason, declineNote }: Detail['view']) {
  const { undoUntil } = situationOf(facts, now).deadlines
  const { cancelled, declined } = facts.instants
  return {
    undoUntil: undoUntil !== null && undoUntil >= now && facts.instants.cleaned === null ? iso(undoUntil) : null,
    cancelReason: cancelled === null ? null : cancelReason,
    declineReason: declined === null ? null : declineReason,
    declineNote: declined === null ? null : declineNote,
  }
}
