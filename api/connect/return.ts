import type { Request, Response } from 'express'
import { awaitConfirmation, noteReturn, returnFromBank } from '../../commands/connections/banks/bankSession.ts'
import { endUnusedGrants } from '../../commands/connections/endGrants.ts'
import { returnFromLedger } from '../../commands/connections/ledgers/ledgerReturn.ts'
import type { LedgerResult } from '../../commands/connections/ledgers/ledgerSession.ts'
import { ownerOf } from '../../commands/connections/sessions.ts'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { findMissingAfter } from '../../db/connections/missingAccounts.ts'
import { type AuthSession, writeBrowser } from '../../db/connections/sessions.ts'
import { type OwnedSession, resolveState, resolveTripOfBrowser } from '../../db/resolve.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { bindBrowser, browserOf } from '../client/browser.ts'
import type { Answer } from '../client/respond.ts'
import type { Dependencies } from '../dependencies.ts'
import { addressOf } from '../network.ts'
import { carry, type Returned, takeCarried } from './carried.ts'
import { type OpenedSession, onboardingTarget, openSessionOf } from './open.ts'
import { confirmReturn, lateReturn } from './pageOf.ts'

const STATE = /^[A-Za-z0-9_-]{32}$/
/** The longest code, with the other fields, that fits into a cookie, sealed; real ones are far shorter. */
const LONGEST_CODE = 1_500
/** The error of OAuth with which a provider returns a person who did not approve. */
const DENIED = 'access_denied'

/**
 * Handles a return from a bank or ledger. The state identifies the session; for a bank provider that returns people
 * without one, the browser's cookie does. An unknown, late or used return stores nothing, and neither does another
 * browser until its person confirms.
 */
export async function takeReturn(deps: Dependencies, request: Request, response: Response): Promise<Answer> {
  const isPlain = request.query.state === undefined && deps.banks.all.some(({ returnForm }) => returnForm === 'plain')
  const owned = await (isPlain ? tripOfBrowser(deps, request) : tripOfState(deps, request))
  if (isPlain && !owned) return { view: { page: 'return-elsewhere', practice: null } }
  const opened = owned && (await openSessionOf(deps, owned, browserOf(request, deps.publicUrl)))
  const returned = returnedBy(request)
  if (!opened || !returned) return lateReturn(null)
  const { session, isSameBrowser, target, now } = opened
  if (!isTakable(opened)) return isSameBrowser ? dealtWith(opened) : lateReturn(opened)
  if (isSameBrowser) return finish(deps, opened, returned, addressOf(request))
  if (session.status !== 'pending' || now >= session.expiresAt) return lateReturn(opened)
  carry(deps, response, session.id, returned)
  if (session.step === 'bank') await awaitConfirmation(deps.commands, onboardingTarget(target), session, 'elsewhere')
  return confirmReturn(opened, null)
}

async function tripOfState({ db }: Dependencies, { query: { state } }: Request): Promise<OwnedSession | null> {
  return typeof state === 'string' && STATE.test(state) ? resolveState(db, sha256(state)) : null
}

async function tripOfBrowser({ db, publicUrl }: Dependencies, request: Request): Promise<OwnedSession | null> {
  const browser = browserOf(request, publicUrl)
  return browser === null ? null : resolveTripOfBrowser(db, sha256(browser))
}

/**
 * Handles a person's confirmation: in the browser that returned, which carries the return; or in the one that started,
 * when there was no return and a poll found the approval. A no ends the session without effect.
 */
export async function confirmed(
  deps: Dependencies,
  opened: OpenedSession,
  answer: 'yes' | 'no',
  request: Request,
  response: Response,
): Promise<Answer> {
  const { session, target } = opened
  const returned = takeCarried(deps, request, response, session.id)
  const isAskedHere = opened.isSameBrowser && session.cameBack === 'nobody'
  const after = () => (opened.isSameBrowser ? dealtWith(opened) : { to: `/connect/${session.id}/closed` })
  if ((!returned && !isAskedHere) || !isTakable(opened)) return after()
  if (answer === 'no') {
    await ownerOf(deps.commands, target).fail(session, 'cancelled', 'The person said on our page that it was not them.')
    await endThere(deps, opened)
    return after()
  }
  if (!returned) return finishBank(deps, opened, null, addressOf(request))
  const browser = bindBrowser(request, response, deps.publicUrl)
  await deps.db.inPractice(target.practiceId, (tx) => writeBrowser(tx, session.id, sha256(browser)))
  return finish(deps, { ...opened, isSameBrowser: true }, returned, addressOf(request))
}

/**
 * Returns true if a return may be handled: the session is pending and in time; or ended with its onboarding, so that
 * the provider can end it too.
 */
function isTakable({ session, now }: OpenedSession): boolean {
  if (session.status === 'pending') return now < session.expiresAt
  return session.status === 'failed' && session.failure === 'ended'
}

function returnedBy({ query: { code, error, state: _, ...more } }: Request): Returned | null {
  if (typeof code === 'string' && code !== '') {
    const query = Object.fromEntries(
      Object.entries(more).filter((one): one is [string, string] => typeof one[1] === 'string'),
    )
    return code.length + JSON.stringify(query).length <= LONGEST_CODE ? { code, query } : null
  }
  return { error: typeof error === 'string' ? error.slice(0, 60) : 'none' }
}

function finish(deps: Dependencies, opened: OpenedSession, returned: Returned, ip: string | null): Promise<Answer> {
  return opened.session.step === 'bank' ? finishBank(deps, opened, returned, ip) : finishBooks(deps, opened, returned)
}

async function finishBank(
  deps: Dependencies,
  opened: OpenedSession,
  returned: Returned | null,
  userIp: string | null,
): Promise<Answer> {
  const { session } = opened
  const target = onboardingTarget(opened.target)
  try {
    const isStopped = returned !== null && 'error' in returned && returned.error === DENIED
    const { is } = await returnFromBank(deps.commands, deps, target, session.id, userIp, isStopped)
    if (is === 'ended') await endThere(deps, opened)
    if (is === 'connected' && session.renews === null && opened.base) {
      const missing =
        opened.renewed && (await deps.db.inPractice(target.practiceId, (tx) => findMissingAfter(tx, session.id)))
      return { to: missing ? `${opened.base}/kept/${missing}` : `${opened.base}?connected=1` }
    }
    if (is === 'failed') return dealtWith({ ...opened, session: { ...session, status: 'failed' } })
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    // The person is back, but the provider does not answer: the worker polls later.
    await noteReturn(deps.commands, target, session, 'pending')
  }
  return dealtWith(opened)
}

async function finishBooks(deps: Dependencies, opened: OpenedSession, returned: Returned): Promise<Answer> {
  const { target, session } = opened
  const result = await returnFromLedger(deps.commands, deps, target, session.id, returned)
  reportRefusal(deps, session, result)
  const { is } = result
  return is === 'ended' && opened.base ? { to: opened.base } : dealtWith(opened)
}

/** Logs an error for the operator when the ledger refuses Embark itself. */
export function reportRefusal(
  { logger }: Pick<Dependencies, 'logger'>,
  { provider }: Pick<AuthSession, 'provider'>,
  result: LedgerResult,
): void {
  if (result.is !== 'failed' || result.reason !== 'refused_us' || result.repeated) return
  logger.error({ provider }, 'the ledger refuses us: an operator must act')
}

/** Returns a redirect to the page that shows the present state. A renewal that ended has a page of its own. */
function dealtWith({ session, base, renewed }: OpenedSession): Answer {
  const isOver = session.renews !== null || session.status === 'failed'
  if (base && renewed && isOver) return { to: `${base}/kept/${renewed}` }
  return session.step === 'bank' && base ? { to: base } : { to: `/connect/${session.id}` }
}

/** Ends unused access at the provider. Tries once: the rest is ended with the onboarding. */
export async function endThere(deps: Dependencies, { target }: OpenedSession): Promise<void> {
  try {
    await endUnusedGrants(deps.db, deps, target)
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    deps.logger.warn({ err: error }, 'an unused grant could not be ended at its provider')
  }
}
