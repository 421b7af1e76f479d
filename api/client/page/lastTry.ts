import { isUnconfirmed } from '../../../db/connections/sessions.ts'
import type { PageSession } from '../../../db/invitations/clientPage.ts'
import { isOneMore } from '../../../domain/connections/severalBanks.ts'
import { asksIfAll, type Instant, MINUTE_MS, type StepReason, stepOf } from '../../../domain/situation.ts'
import { type LastTry, lastTryOf } from '../../../domain/words/sharing.ts'
import type { Behind } from '../../../pages/client/behind.ts'
import type { BankOutcomeView, ConnectionView, Shared } from '../../../pages/client/connections/view.ts'
import { banksOf } from './shared.ts'
import type { Offer, PageSource } from './source.ts'

/** The time for which a failed session has a page of its own; later it is a sentence on another page. */
const FRESH_MS = 30 * MINUTE_MS

export const isFresh = ({ statusAt }: Pick<PageSession, 'statusAt'>, now: Instant): boolean =>
  now - statusAt <= FRESH_MS

/** Returns true for a session that failed for a reason that concerns the person. */
const isFailed = (session: PageSession | null): session is PageSession & { failure: StepReason } =>
  session?.status === 'failed' && session.failure !== null && session.failure !== 'ended'

/** Returns true for a session that ended by its expiry, not by a choice. */
const isTimedOut = ({ failure, statusAt, expiresAt }: PageSession): boolean =>
  failure === 'cancelled' && statusAt >= expiresAt

/** Describes the failure of the last session; null when it did not fail. */
export function lastTry(session: PageSession | null, offer: Pick<Offer, 'labelOf'>): LastTry | null {
  if (!isFailed(session)) return null
  const at = session.institutionName ?? offer.labelOf(session.provider)
  return isTimedOut(session) ? { outcome: 'timed_out', at } : lastTryOf(session.failure, at, session.failureReason)
}

/** Returns the page of a bank session that is under way or has just ended; null without one. */
export function bankTryPage(
  { facts, context, offer, query, now }: PageSource,
  behind: Behind,
  tellBy: 'email' | 'sms' | null,
): BankOutcomeView | Extract<ConnectionView, { page: 'confirm-return' }> | null {
  const session = context.bankSession
  if (!session) return null
  const bank = stepOf(facts, 'bank')
  const connector = offer.labelOf(session.provider)
  const oneMore = isOneMore(facts, 'bank')
  const others = oneMore && { shared: banksOf(context), ...(asksIfAll(facts) && { asksIfAll: true }) }
  const shared = {
    ...behind,
    ...others,
    bankName: session.institutionName ?? connector,
    bankId: session.institution ?? '',
  }
  if (session.status === 'pending') {
    if (isUnconfirmed(session)) return unconfirmedPage(behind, shared, session, connector, now)
    // One more bank has no step; its page to choose a bank says that they left.
    if (oneMore && session.isWithSignatory) return { ...shared, page: 'bank-signatory' }
    if (oneMore)
      return session.cameBack === 'here' ? { ...shared, page: 'bank-processing', checked: query.checked } : null
    if (bank.phase === 'processing') return { ...shared, page: 'bank-processing', checked: query.checked }
    if (bank.phase === 'signatory') return { ...shared, page: 'bank-signatory' }
    if (session.leftAt === null) return null
    if (now >= session.expiresAt) return { ...shared, page: 'bank-too-long' }
    return { ...shared, page: 'bank-left', leftAt: session.leftAt, checked: query.checked }
  }
  if (!isFailed(session) || !isFresh(session, now)) return null
  switch (session.failure) {
    case 'refused':
    case 'permission':
      return { ...shared, page: 'bank-refused', reason: session.failureReason }
    case 'bank_down':
      // Once the bank works again, the page to continue from is shown.
      if (bank.reason !== 'bank_down' && !oneMore) return null
      // Who adds one more bank is not written to about it.
      return {
        ...shared,
        page: 'bank-down',
        outage: offer.outages.includes(shared.bankId),
        tellBy: oneMore ? null : tellBy,
      }
    case 'unavailable':
      return { ...shared, page: 'bank-not-started', connector, worksUntil: null }
    case 'no_accounts':
      return { ...shared, page: 'bank-no-accounts' }
    case 'unconfirmed':
      return { ...shared, page: 'bank-forgotten', connector }
    case 'stopped':
    case 'cancelled':
    case 'nothing_chosen':
    case 'already_linked':
    case 'refused_us':
      return { ...shared, page: isTimedOut(session) ? 'bank-too-long' : 'bank-stopped' }
  }
}

/**
 * Returns the page about a missing confirmation. It is asked for in the browser that returned, else in the one that
 * started; any other browser is told which. After the expiry the approval is forgotten.
 */
function unconfirmedPage(
  behind: Behind,
  shared: Behind & { bankName: string; bankId: string; shared?: readonly Shared[] },
  { id, cameBack, expiresAt, isSameBrowser }: PageSession,
  connector: string,
  now: Instant,
) {
  if (now >= expiresAt) return { ...shared, page: 'bank-forgotten', connector } as const
  if (cameBack === 'elsewhere') return { ...shared, page: 'bank-asked-elsewhere', where: 'back' } as const
  return isSameBrowser
    ? ({ ...behind, page: 'confirm-return', session: id, byStaff: false, bank: shared.bankName } as const)
    : ({ ...shared, page: 'bank-asked-elsewhere', where: 'start' } as const)
}
