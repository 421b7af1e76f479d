import { isUnconfirmed } from '../../db/connections/sessions.ts'
import type { PageSession } from '../../db/invitations/clientPage.ts'
import { type Instant, MINUTE_MS, type Step } from '../../domain/situation.ts'
import type { BankOutcomeView, Behind, ConnectionView } from '../../pages/client/view.ts'
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
    case 'unconfirmed':
      return { outcome: session.failure, at }
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
): BankOutcomeView | Extract<ConnectionView, { page: 'confirm-return' }> | null {
  if (!session) return null
  const shared = { ...behind, bankName: session.institutionName ?? connector, bankId: session.institution ?? '' }
  if (session.status === 'pending') {
    if (isUnconfirmed(session)) return unconfirmedPage(behind, shared, session, connector, now)
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
    case 'unconfirmed':
      return { ...shared, page: 'bank-forgotten', connector }
    default:
      return { ...shared, page: 'bank-stopped' }
  }
}

/**
 * Asks for the yes that is missing, where it counts: in the browser that set out, unless another one has come back. Any
 * other browser is told where. What is not confirmed in time is forgotten.
 */
function unconfirmedPage(
  behind: Behind,
  shared: Behind & { bankName: string; bankId: string },
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
