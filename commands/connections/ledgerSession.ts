import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import {
  type AuthSession,
  dropGrant,
  insertSession,
  moveSession,
  readSession,
  writeGrant,
} from '../../db/connections/sessions.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import type { Actor } from '../../domain/events.ts'
import { askedName, isSameOrganisation } from '../../domain/matching.ts'
import { MINUTE_MS, type StepReason } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type {
  LedgerConnector,
  LedgerOrganisation,
  LedgerReturn,
  LedgerTokens,
  ReachedOrganisation,
} from '../../providers/ledger/ledger.ts'
import type { Commands } from '../execute.ts'
import { endGrant } from './endGrants.ts'
import { openGrant, sealGrant } from './grants.ts'
import { takeOver } from './handOver.ts'
import { leaveToPractice } from './leaveToPractice.ts'
import { reasonOf, signInWith } from './ledgerReach.ts'
import { readOffered } from './offered.ts'
import { type Providers, type SessionOwner, type SessionTarget, type SignedIn, sessionActor } from './sessionOwner.ts'
import { failSession, ownerOf } from './sessions.ts'
import { type SignInOf, withSignIn } from './signIns.ts'

/** The state of a ledger session. `choose` and `check` wait for the client; nothing is connected until then. */
export type LedgerResult =
  | { is: 'connected'; name: string | null; repeated: boolean }
  | { is: 'choose'; reached: LedgerOrganisation[] }
  | { is: 'check'; chosen: LedgerOrganisation }
  | { is: 'checking'; chosen: LedgerOrganisation } // the practice does
  | { is: 'linked_elsewhere'; name: string }
  | { is: 'failed'; reason: StepReason; words: string | null; repeated: boolean }
  | { is: 'ended' }
  | { is: 'unknown' }

/** The time after which an unfinished code exchange counts as failed and another session may be opened. */
const EXCHANGE_MS = MINUTE_MS

/**
 * Handles a return from the ledger: exchanges the code once, and connects if no question is left. A return after the
 * onboarding ended stores nothing and ends the new grant at the ledger.
 */
export async function returnFromLedger(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  sessionId: string,
  returned: LedgerReturn | { error: string },
): Promise<LedgerResult> {
  const taken = await takeSession(commands, target, sessionId)
  if (!taken) return { is: 'unknown' }
  const { session, was } = taken
  const ended = was === 'failed' && session.failure === 'ended'
  if (was !== 'pending' && !ended) return standing(commands, providers, target, session)
  if ('error' in returned) {
    if (ended) return { is: 'ended' }
    return fail(commands, target, session, 'cancelled', 'The sign-in was stopped before the end.')
  }
  const { db } = commands
  const { practiceId } = target
  let signIn: SignInOf
  const drop = () => db.inPractice(practiceId, (tx) => dropGrant(tx, session.id))
  let found: ReachedOrganisation[]
  try {
    signIn = await signInWith(db, providers, practiceId, session, returned)
    found =
      (await withSignIn(db, providers, practiceId, signIn, (tokens, ledger) => ledger.organisations(tokens))) ?? []
  } catch (error) {
    await drop()
    if (ended) return { is: 'ended' }
    return fail(commands, target, session, ...reasonOf(error))
  }
  if ('handOverId' in target) {
    const moved = ended ? null : await takeOver(commands, providers, target, session, signIn, found)
    if (moved !== null) return { is: 'connected', name: null, repeated: false }
    await drop()
    return { is: 'ended' }
  }
  const { reached, choice } = await db.inPractice(practiceId, async (tx) => {
    const offered = await readOffered(tx, session, found)
    if (ended || offered.length === 0) return { reached: offered, choice: null }
    await writeGrant(tx, session.id, sealGrant(providers.sealer, session.id, { reached: offered, chosen: null }))
    return { reached: offered, choice: await readChoice(tx, ownerOf(commands, target), session.id) }
  })
  if (ended) {
    await endGrant(db, providers, practiceId, { ...signIn, id: session.id }, reached)
    await drop()
    return { is: 'ended' }
  }
  const [only] = reached
  if (!only || !choice) {
    await drop()
    return fail(commands, target, session, 'nothing_chosen', 'No organisation was chosen.')
  }
  if (reached.length === 1) return choose(commands, providers, target, { ...choice, signIn }, only.tenantId, false)
  return ask(commands, providers, target, session, 'choose_organisation', { is: 'choose', reached })
}

/**
 * Chooses one of the organisations that a sign-in reaches. `actor` is by default the opener of the session. A name that
 * looks like another business needs a confirmation first. After a choice that another client has, a further
 * organisation of the same sign-in can be chosen.
 */
export async function chooseOrganisation(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  sessionId: string,
  tenantId: string,
  isSame: boolean,
  actor?: Actor,
): Promise<LedgerResult> {
  const choice = await commands.db.inPractice(target.practiceId, (tx) =>
    readChoice(tx, ownerOf(commands, target), sessionId),
  )
  return choose(commands, providers, target, choice, tenantId, isSame, actor)
}

/** Reads a session and the business that its organisation must be; a choice needs both. */
const readChoice = async (tx: Tx, owner: SessionOwner, sessionId: string) => ({
  found: await readSession(tx, sessionId),
  expected: await owner.expected(tx),
})

async function choose(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  { found, expected, signIn }: Awaited<ReturnType<typeof readChoice>> & { signIn?: SignInOf },
  tenantId: string,
  isSame: boolean,
  actor?: Actor,
): Promise<LedgerResult> {
  if (!found) return { is: 'unknown' }
  const owner = ownerOf(commands, target)
  const session = isTakenElsewhere(found) ? await continueWith(commands, providers, target, found, actor) : found
  if (['done', 'held', 'failed'].includes(session.status) || session.grantSealed === null || !isSignedIn(session)) {
    return standing(commands, providers, target, session)
  }
  const grant = openGrant(providers.sealer, session)
  const chosen = grant.reached.find((one) => one.tenantId === tenantId)
  if (!chosen) return { is: 'choose', reached: grant.reached }
  try {
    const read = await withSignIn(
      commands.db,
      providers,
      target.practiceId,
      signIn ?? session,
      async (tokens, ledger) => {
        const own = await ledger.organisation(tokens, tenantId)
        const differs = expected !== null && !isSameOrganisation(own, expected)
        const read =
          differs && !isSame ? { accounts: [], denied: null } : await accountsIn(ledger, tokens, tenantId, session)
        return { own, differs, ...read }
      },
    )
    if (!read) return standing(commands, providers, target, session)
    const { own, differs, accounts, denied } = read
    const named = { ...chosen, name: own.name }
    const keepChosen = (named: LedgerOrganisation) =>
      commands.db.inPractice(target.practiceId, (tx) =>
        writeGrant(tx, session.id, sealGrant(providers.sealer, session.id, { ...grant, chosen: named })),
      )
    if (expected !== null && differs && !isSame) {
      const asked = { ...named, name: askedName(own, expected) }
      await keepChosen(asked)
      return ask(commands, providers, target, session, 'check_organisation', { is: 'check', chosen: asked }, actor)
    }
    const choice = { organisation: named, accounts, denied, isConfirmed: differs }
    const result = await owner.connect(providers, session, choice, actor ?? sessionActor(session))
    // The choice is stored with the session, so that its page can name it.
    if (result.is === 'linked_elsewhere') await keepChosen(named)
    if (result.is !== 'connected' || denied === null) return result
    return { is: 'failed', reason: 'permission', words: denied, repeated: result.repeated }
  } catch (error) {
    return fail(commands, target, session, ...reasonOf(error))
  }
}

/** Reads an organisation's accounts. That an onboarding's sign-in may not read them is no failure: `denied` says why. */
async function accountsIn(
  ledger: LedgerConnector,
  tokens: LedgerTokens,
  tenantId: string,
  { onboardingId }: AuthSession,
) {
  try {
    return { accounts: await ledger.bankAccounts(tokens, tenantId), denied: null }
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.kind !== 'permission' || onboardingId === null) throw error
    return { accounts: [], denied: error.message }
  }
}

const isSignedIn = (session: AuthSession): session is SignedIn => session.signInId !== null

/** Returns true if another client has the chosen organisation, so that a further one can still be chosen. */
const isTakenElsewhere = ({ status, failure, grantSealed }: AuthSession): boolean =>
  status === 'failed' && failure === 'already_linked' && grantSealed !== null

/** Continues such a sign-in in a new session that waits for a choice. */
async function continueWith(
  commands: Commands,
  { sealer }: Providers,
  target: SessionTarget,
  session: AuthSession,
  actor: Actor = sessionActor(session),
): Promise<AuthSession> {
  const { practiceId } = target
  const { onboardingId } = session
  if (onboardingId === null) return session
  const id = randomUUID()
  const { result } = await ownerOf(commands, target).move(actor, async (tx, now) => {
    const isStillThere = (await readSession(tx, session.id))?.grantSealed != null
    if (!isStillThere) return null
    const { step } = session
    const alongside = async () => {
      await insertSession(tx, practiceId, { ...session, id }, now, session.expiresAt)
      await moveSession(tx, id, ['pending'], 'choosing', now)
      const grant = openGrant(sealer, session)
      await writeGrant(tx, id, sealGrant(sealer, id, { ...grant, chosen: null }))
      await dropGrant(tx, session.id)
      await writeStepError(tx, onboardingId, step, null)
    }
    return { command: { do: 'await_provider', sessionId: id, step, phase: 'choose_organisation' }, alongside }
  })
  const next = result === 'changed' ? id : session.id
  return (await commands.db.inPractice(practiceId, (tx) => readSession(tx, next))) ?? session
}

/** Returns to the choice if the sign-in reaches several organisations; null if another sign-in is needed. */
export async function chooseAgain(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  session: AuthSession,
): Promise<LedgerResult | null> {
  const grant = session.status === 'choosing' && session.grantSealed ? openGrant(providers.sealer, session) : null
  if (!grant || grant.reached.length < 2) return null
  await commands.db.inPractice(target.practiceId, (tx) =>
    writeGrant(tx, session.id, sealGrant(providers.sealer, session.id, { ...grant, chosen: null, isSaidSame: false })),
  )
  const result: LedgerResult = { is: 'choose', reached: grant.reached }
  return ask(commands, providers, target, session, 'choose_organisation', result)
}

/**
 * Confirms that the chosen organisation is the same business, and connects it. If a client confirms, the practice
 * checks first.
 */
export async function confirmOrganisation(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  sessionId: string,
): Promise<LedgerResult> {
  const session = await commands.db.inPractice(target.practiceId, (tx) => readSession(tx, sessionId))
  if (!session) return { is: 'unknown' }
  const chosen =
    session.status === 'choosing' && session.grantSealed ? openGrant(providers.sealer, session).chosen : null
  if (!chosen) return standing(commands, providers, target, session)
  const { onboardingId } = session
  if (session.openedBy === 'client' && onboardingId !== null) {
    await leaveToPractice(commands, providers.sealer, { ...target, onboardingId }, session, chosen)
    return { is: 'checking', chosen }
  }
  return chooseOrganisation(commands, providers, target, sessionId, chosen.tenantId, true)
}

/** Returns the state of a session without asking the ledger, also for pages that are opened again. */
async function standing(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  session: AuthSession,
): Promise<LedgerResult> {
  if (session.status === 'done' || session.status === 'held')
    return { is: 'connected', name: session.institutionName, repeated: true }
  if (session.status === 'choosing' && session.grantSealed) {
    const { reached, chosen, isSaidSame } = openGrant(providers.sealer, session)
    if (!chosen) return { is: 'choose', reached }
    return { is: isSaidSame ? 'checking' : 'check', chosen }
  }
  if (session.status === 'exchanging' && Date.now() - session.statusAt > EXCHANGE_MS) {
    return fail(commands, target, session, 'unavailable', 'The sign-in was not finished in time.')
  }
  if (session.status !== 'failed') return { is: 'unknown' }
  if (session.failure === 'ended') return { is: 'ended' }
  return { is: 'failed', reason: session.failure as StepReason, words: session.failureReason, repeated: true }
}

/** Takes a session for its return. Only the first return moves it on and may exchange the code. */
async function takeSession(commands: Commands, target: SessionTarget, sessionId: string) {
  return commands.db.inPractice(target.practiceId, async (tx) => {
    await ownerOf(commands, target).lock(tx)
    const session = await readSession(tx, sessionId)
    if (!session) return null
    if (session.status === 'pending') await moveSession(tx, sessionId, ['pending'], 'exchanging', Date.now())
    return { session, was: session.status }
  })
}

async function fail(
  commands: Commands,
  target: SessionTarget,
  session: AuthSession,
  reason: StepReason,
  words: string | null,
): Promise<LedgerResult> {
  await failSession(commands, target, session, reason, words)
  return { is: 'failed', reason, words, repeated: false }
}

/** Makes the session wait for the client's choice or confirmation. */
async function ask(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  session: AuthSession,
  phase: 'choose_organisation' | 'check_organisation',
  result: LedgerResult,
  actor: Actor = sessionActor(session),
): Promise<LedgerResult> {
  const owner = ownerOf(commands, target)
  const asked = await owner.move(actor, async (tx, now) => {
    const waits = await moveSession(tx, session.id, ['exchanging', 'choosing'], 'choosing', now)
    return waits ? { command: { do: 'await_provider', sessionId: session.id, step: 'books', phase } } : null
  })
  if (asked.result === 'not_found') return { is: 'ended' }
  if (asked.result !== 'refused') return result
  await owner.fail(session, 'cancelled', null)
  return standing(commands, providers, target, { ...session, status: 'failed', failure: 'ended' })
}
