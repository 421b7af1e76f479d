import type { PageSession } from '../../db/invitations/clientPage.ts'
import { type Instant, MINUTE_MS, type Step } from '../../domain/situation.ts'
import type { BankOutcomeView, Behind } from '../../pages/client/view.ts'
import type { LastTry } from '../../pages/sharing.ts'

/** For this long after it ended a try has a page of its own; later it is a sentence on the page to go on from. */
const FRESH_MS = 30 * MINUTE_MS

const NO_REASON = 'it gave no reason'

/** Whether this trip ended without a connection, by something the person should hear of. */
const isFailed = (session: PageSession | null): session is PageSession =>
  session?.status === 'failed' && session.failure !== 'ended'

/** How the last trip ended, as one sentence; null when it did not fail. `at` names the provider where no bank is known. */
export function lastTry(session: PageSession | null, provider: string): LastTry | null {
  if (!isFailed(session)) return null
  const at = session.institutionName ?? provider
  switch (session.failure) {
    case 'refused':
    case 'permission':
    case 'already_linked':
      return { outcome: 'refused', at, reason: session.failureReason ?? NO_REASON }
    case 'bank_down':
    case 'unavailable':
      return { outcome: 'down', at }
    case 'no_accounts':
      return { outcome: 'no_accounts', at }
    default:
      return { outcome: 'stopped', at }
  }
}

/** The page of a bank trip that is under way or has just ended; null when there is none to show. */
export function bankTryPage(
  behind: Behind,
  session: PageSession | null,
  bank: Step,
  connector: string,
  tellBy: 'email' | 'sms',
  now: Instant,
): BankOutcomeView | null {
  if (!session) return null
  const shared = { ...behind, bankName: session.institutionName ?? connector, bankId: session.institution ?? '' }
  if (session.status === 'pending') {
    if (bank.phase === 'processing') return { ...shared, page: 'bank-processing' }
    return bank.phase === 'signatory' ? { ...shared, page: 'bank-signatory' } : null
  }
  if (!isFailed(session) || now - session.statusAt > FRESH_MS) return null
  switch (session.failure) {
    case 'refused':
    case 'permission':
      return { ...shared, page: 'bank-refused', reason: session.failureReason ?? NO_REASON }
    case 'bank_down':
      // Once it works again the page is the one to go on from.
      return bank.reason === 'bank_down' ? { ...shared, page: 'bank-down', tellBy } : null
    case 'unavailable':
      return { ...shared, page: 'bank-not-started', connector, worksUntil: null }
    case 'no_accounts':
      return { ...shared, page: 'bank-no-accounts' }
    default:
      return { ...shared, page: 'bank-stopped' }
  }
}
