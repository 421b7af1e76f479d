import type { Tx } from '../../../db/client.ts'
import type { Account } from '../../../db/connections/connections.ts'
import type { RowContext } from '../../../db/list/rowContext.ts'
import { type Detail, readDetail } from '../../../db/onboardings/detail.ts'
import { consentSituation } from '../../../domain/connections/consents.ts'
import { isSameBusiness, suggestMatches } from '../../../domain/connections/matching.ts'
import { banksWaitedFor } from '../../../domain/connections/severalBanks.ts'
import { askVerbsOf } from '../../../domain/decide/bankAsks.ts'
import { stepVerbsOf } from '../../../domain/decide/verbs.ts'
import { isOfInvitation } from '../../../domain/messages.ts'
import { namedAs } from '../../../domain/practice/support.ts'
import { stepActionableSince } from '../../../domain/reminders.ts'
import { remindersToCome } from '../../../domain/rows/comingReminders.ts'
import { deliveryWord, lacksReceipt, reasonWords } from '../../../domain/rows/deliveryWord.ts'
import { type Facts, type Instant, isActionable, undoableUntil } from '../../../domain/situation.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import type { Onboarding } from './schema.ts'
import { iso, isoOrNull, summaryOf } from './summary.ts'

/** Reads the onboarding. Throws 404 when the caller's practice has none with that id. */
export async function readOnboarding(deps: Dependencies, { practiceId }: Caller, id: string): Promise<Onboarding> {
  const found = await deps.db.inPractice(practiceId, (tx) => readResource(tx, id))
  if (!found) throw notFound()
  return found
}

/** Reads the onboarding inside a transaction; returns null when there is none. */
export async function readResource(tx: Tx, id: string): Promise<Onboarding | null> {
  const detail = await readDetail(tx, id)
  return detail && onboardingOf(detail)
}

function onboardingOf(detail: Detail): Onboarding {
  const { view, locked, context, opened, firstInvitedAt, ...rest } = detail
  const { facts, now } = locked
  const summary = summaryOf(detail)
  const { ledgerName, name } = summary.organisation
  return {
    ...summary,
    alsoOpen: Math.max(0, openSteps(facts) - 1),
    organisation: {
      ...summary.organisation,
      incomeSources: rest.incomeSources,
      isNamedDifferently:
        ledgerName !== null &&
        !isSameBusiness(ledgerName, name) &&
        !rest.connections.some(({ isNameConfirmed }) => isNameConfirmed),
    },
    steps: summary.steps.map((step) => {
      const texts = rest.steps.find((one) => one.kind === step.kind)
      return {
        ...step,
        since: iso(stepActionableSince(facts, step.kind)),
        allowed: stepVerbsOf(facts, step.kind, now),
        skipReason: texts?.skipReason ?? null,
        lastError: step.state === 'open' ? (texts?.lastError ?? null) : null,
        evidence: step.state === 'done' ? (texts?.evidence ?? null) : null,
      }
    }),
    awaitedBanks: summary.awaitedBanks.map((one) => ({ ...one, allowed: askVerbsOf(facts, one.id, now) })),
    invitation: summary.invitation && {
      ...summary.invitation,
      message: view.invitation?.message ?? null,
      firstInvitedAt: isoOrNull(firstInvitedAt),
      opened,
      deliveries: rest.deliveries
        .filter(({ purpose }) => isOfInvitation(purpose))
        .map(({ stateAt, cause, ...delivery }) => {
          const isSilent = lacksReceipt({ ...delivery, stateAt }, now)
          return {
            ...delivery,
            delivery: deliveryWord({ state: delivery.state, cause }, isSilent),
            reason: reasonWords({ reason: delivery.reason, cause }),
            lacksReceipt: isSilent,
            at: iso(stateAt),
          }
        }),
    },
    connections: rest.connections.map(({ tenantName, askedAt, consent, isNameConfirmed: _said, ...connection }) => ({
      ...connection,
      connectedBy: connection.connectedBy && namedAs(connection.connectedBy.type, connection.connectedBy.name),
      institution: tenantName ?? connection.institution,
      connectedAt: iso(connection.connectedAt),
      accessUntil: isoOrNull(connection.accessUntil),
      healthSince: iso(connection.healthSince),
      checkedAt: iso(connection.checkedAt),
      downSince: isoOrNull(connection.downSince),
      consent: consent && {
        is: consentSituation(consent, consent.now),
        endsAt: isoOrNull(consent.endsAt),
        askedAt: isoOrNull(askedAt),
      },
      accounts: rest.accounts.filter((one) => one.connectionId === connection.id).map(accountOf),
      ...missingOf(rest.missing.filter((one) => one.connectionId === connection.id)),
    })),
    stoppedBanks: rest.stoppedBanks.map(({ stoppedAt, ...bank }) => ({ ...bank, stoppedAt: iso(stoppedAt) })),
    mapping: rest.mapping,
    suggestions: suggestionsOf(rest),
    nextTouches: remindersToCome(facts, now, 3).map(({ at, kind, n, isLast }) => ({
      at: iso(at),
      to: kind,
      n,
      last: isLast,
    })),
    ...endingOf(facts, now, context),
  }
}

/** Returns the number of steps that can be worked on now; zero before acceptance. */
const openSteps = (facts: Facts): number =>
  facts.instants.accepted === null
    ? 0
    : facts.steps.filter((one) => one.required && isActionable(facts, one.kind)).length +
      (banksWaitedFor(facts).length > 0 ? 1 : 0)

const accountOf = (account: Account): Onboarding['connections'][number]['accounts'][number] => ({
  id: account.id,
  name: account.name,
  holder: account.holder,
  currency: account.currency,
  sortCode: account.sortCode,
  numberEnding: account.accountNumber?.replace(/\D/g, '').slice(-4) || null,
  code: account.code,
})

const missingOf = (accounts: Detail['missing']) => ({
  missing: accounts.filter(({ isClosed }) => !isClosed).map(accountOf),
  closed: accounts
    .filter(({ isClosed }) => isClosed)
    .map((account) => ({ ...accountOf(account), isSeenAgain: account.isSeenAgain })),
})

function suggestionsOf({ connections, accounts }: Pick<Detail, 'connections' | 'accounts'>): Onboarding['suggestions'] {
  const of = (kind: 'bank' | 'books') => {
    const ids = connections.filter((one) => one.kind === kind && one.state === 'connected').map(({ id }) => id)
    return ids.length > 0 && accounts.filter(({ connectionId }) => ids.includes(connectionId))
  }
  const bank = of('bank')
  const ledger = of('books')
  if (!bank || !ledger) return null
  return suggestMatches(
    bank,
    ledger.map(({ id, name, accountNumber }) => ({ id, name, number: accountNumber })),
  )
}

function endingOf(facts: Facts, now: Instant, { cancelReason, declineReason, declineNote }: RowContext) {
  const until = undoableUntil(facts.instants)
  const { cancelled, declined } = facts.instants
  return {
    cancelledAt: isoOrNull(cancelled),
    declinedAt: isoOrNull(declined),
    undoUntil: until !== null && until >= now && facts.instants.cleaned === null ? iso(until) : null,
    cancelReason: cancelled === null ? null : cancelReason,
    declineReason: declined === null ? null : declineReason,
    declineNote: declined === null ? null : declineNote,
  }
}
