import { isExchangeLost } from '../../commands/connections/ledgers/ledgerSession.ts'
import { isUnconfirmed } from '../../db/connections/sessions.ts'
import { decide } from '../../domain/decide/decide.ts'
import { type Instant, isActionable, stateOf, stepOf } from '../../domain/situation.ts'
import { onPages } from '../../pages/brand.ts'
import type { ConnectionView, InSession } from '../../pages/client/connections/view.ts'
import { type AskedConnector, askOf } from '../client/offer/bankAsk.ts'
import { isFresh } from '../client/page/lastTry.ts'
import { wordsOf } from '../client/page/source.ts'
import type { Answer } from '../client/respond.ts'
import { isSomebodyElses, type OpenedSession } from './open.ts'

/**
 * The input of a session's page. `bank`: the connector of a bank session; null for a ledger's, and for one that Embark is
 * not set up for any more. `label`: the connector's name for people. `wallClock`: this machine's time.
 */
export type SessionSource = OpenedSession & {
  bank: AskedConnector | null
  label: string
  publicUrl: string
  wallClock: Instant
}

const practiceOf = ({ context: { practice } }: Pick<OpenedSession, 'context'>) => onPages(practice)

/** Returns the address of the client's own page, only for the browser that started the session. */
const ownBase = ({ base, isSameBrowser }: Pick<OpenedSession, 'base' | 'isSameBrowser'>) =>
  isSameBrowser ? base : null

/** Returns "This was already dealt with." Only the browser that started gets a link to the present state. */
export function lateReturn(opened: OpenedSession | null): Answer {
  if (!opened) return { view: { page: 'late-return', practice: null, base: null } }
  return { view: { page: 'late-return', practice: practiceOf(opened), base: ownBase(opened) } }
}

/** Returns the page that asks for a confirmation: `bank` has approved, or (null) a person has returned here. */
export function confirmReturn(opened: Surroundings, bank: string | null): Answer {
  return { view: { ...inSession(opened), page: 'confirm-return', bank } }
}

type Surroundings = Pick<
  OpenedSession,
  'session' | 'context' | 'base' | 'isSameBrowser' | 'isColleague' | 'target' | 'reconnects'
>

function inSession(opened: Surroundings): InSession {
  const { practice, organisation, person } = opened.context
  return {
    practice: practiceOf(opened),
    organisation,
    person,
    zone: practice.timeZone,
    session: opened.session.id,
    base: ownBase(opened),
    byStaff: opened.base === null,
    back: opened.base === null && opened.isColleague ? inApp(opened) : null,
  }
}

/** Returns the page of the app on which a colleague's session began. */
function inApp({ session, reconnects }: Pick<OpenedSession, 'session' | 'reconnects'>): string {
  const { draftId, handOverId, onboardingId } = session
  if (reconnects) return `/clients/${reconnects.onboardingId}`
  if (handOverId !== null) return '/consents/sign-ins'
  return draftId === null ? `/clients/${onboardingId}` : `/clients/new/${draftId}/software`
}

/** Returns the page of the app where a colleague's ledger session ends: matching, if that is open. Null for others. */
function backInApp(source: SessionSource): Answer | null {
  const { session, facts, isSameBrowser } = source
  if (session.handOverId !== null) {
    const { reconnects } = source
    const told = reconnects ? `?reconnected=${reconnects.connectionId}` : ''
    return isSameBrowser && session.status === 'done' ? { to: `${inApp(source)}${told}` } : null
  }
  if (!session.isFromApp || !isSameBrowser || facts === null || session.failure === 'ended') return null
  if (session.status === 'failed') return { to: inApp(source) }
  if (session.status !== 'done') return null
  return { to: isActionable(facts, 'mapping') ? `${inApp(source)}/match` : `${inApp(source)}?connected=books` }
}

/** Returns the page of a connection's address, by its session's state. Pure. */
export function pageOf(source: SessionSource): Answer {
  const { session, grant, now, wallClock } = source
  if (isSomebodyElses(source)) return lateReturn(source)
  const home = backInApp(source)
  if (home) return home
  const base = ownBase(source)
  const shared = inSession(source)
  const ledger = session.institutionName ?? source.label
  switch (session.status) {
    case 'done':
      if (session.step === 'bank') return base ? { to: `${base}?connected=1` } : lateReturn(source)
      return { view: { ...shared, page: 'books-connected', ledger, bankNext: base !== null && isBankNext(source) } }
    case 'held':
      return { to: `/clients/new/${session.draftId}/software` }
    case 'choosing':
      return grant ? { view: choice(shared, grant, base !== null && isBankNext(source)) } : start(source)
    case 'exchanging':
      return isExchangeLost(session, wallClock)
        ? { view: { ...shared, page: 'books-not-started', ledger } }
        : lateReturn(source)
    case 'failed':
      if (session.step === 'bank' && base) return { to: base }
      // The wizard says why, and continues from there.
      if (session.draftId !== null && isStartable(source) && isFresh(session, now)) {
        return { to: `/clients/new/${session.draftId}/software` }
      }
      return (session.step === 'books' && isFresh(session, now) && failed(source, shared, ledger)) || start(source)
    case 'pending': {
      // A person who started the books session and did not return in time sees that first.
      if (
        session.step === 'books' &&
        session.browserSha256 !== null &&
        now >= session.expiresAt &&
        isStartable(source)
      ) {
        return { view: { ...shared, page: 'books-too-long', ledger } }
      }
      if (!isUnconfirmed(session) || !source.isSameBrowser || now >= session.expiresAt) return start(source)
      if (session.cameBack === 'nobody') return confirmReturn(source, session.institutionName ?? source.label)
      return base ? { to: base } : lateReturn(source)
    }
  }
}

/** Returns the page that starts a session, while there is something to connect. */
function start(source: SessionSource): Answer {
  const { session, context, now, bank, label } = source
  const base = ownBase(source)
  if (!isStartable(source)) return base ? { to: base } : lateReturn(source)
  const shared = { ...inSession(source), page: 'connect', words: wordsOf(context) } as const
  const target = session.institutionName ?? label
  if (session.step === 'books') return { view: { ...shared, kind: 'books', target } }
  if (!bank) return lateReturn(source)
  return { view: { ...shared, kind: 'bank', target, ask: askOf([bank], now) } }
}

/** Returns true if a session may start: a draft has not ended, or an onboarding has something to connect. */
function isStartable({ session, facts, now }: SessionSource): boolean {
  const { id: sessionId, step, provider, institution } = session
  if (facts === null) return session.failure !== 'ended'
  return !('refusal' in decide(facts, { do: 'start_session', sessionId, step, provider, institution }, now))
}

function choice(
  shared: InSession,
  { reached, chosen, isSaidSame }: NonNullable<OpenedSession['grant']>,
  bankNext: boolean,
): ConnectionView {
  if (chosen && isSaidSame) return { ...shared, page: 'books-being-checked', chosen: chosen.name, bankNext }
  if (chosen) return { ...shared, page: 'wrong-organisation', chosen: chosen.name }
  const listed = reached.map(({ tenantId: id, name }) => ({ id, name, detail: null }))
  return { ...shared, page: 'choose-organisation', reached: listed }
}

function failed(source: SessionSource, shared: InSession, ledger: string): Answer | null {
  const { session, grant } = source
  const colleagueUrl = `${source.publicUrl}/connect/${session.id}`
  switch (session.failure) {
    case 'ended':
      return null
    case 'permission':
      return { view: { ...shared, page: 'books-permission', ledger, why: session.failureReason, colleagueUrl } }
    case 'already_linked': {
      const linked = grant?.chosen?.name
      return linked ? { view: { ...shared, page: 'books-already-linked', linked } } : null
    }
    case 'cancelled':
      return { view: { ...shared, page: 'books-stopped', ledger } }
    case 'nothing_chosen':
      return { view: { ...shared, page: 'books-nothing-chosen', ledger } }
    case 'refused_us':
      return { view: { ...shared, page: 'books-refused-us', ledger, colleagueUrl } }
    case 'stopped':
    case 'refused':
    case 'bank_down':
    case 'no_accounts':
    case 'unconfirmed':
    case 'unavailable':
    case null:
      return { view: { ...shared, page: 'books-not-started', ledger } }
  }
}

function isBankNext({ facts }: SessionSource): boolean {
  if (facts === null) return false
  const bank = stepOf(facts, 'bank')
  return stateOf(bank) === 'open' && bank.reason !== 'stopped'
}
