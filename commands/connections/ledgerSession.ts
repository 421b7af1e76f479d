import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { type AuthSession, insertSession, moveSession, readSession, writeGrant } from '../../db/connections/sessions.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import type { Actor } from '../../domain/events.ts'
import { isSameBusiness } from '../../domain/matching.ts'
import { MINUTE_MS, type StepReason } from '../../domain/situation.ts'
import type { LedgerOrganisation } from '../../providers/ledger/ledger.ts'
import type { Commands } from '../execute.ts'
import { endGrant } from './endGrants.ts'
import { openGrant, sealGrant, withTokens } from './grants.ts'
import { leaveToPractice } from './leaveToPractice.ts'
import { reach, reasonOf } from './ledgerReach.ts'
import { readOffered } from './offered.ts'
import { actorOf, type Providers, type SessionOwner, type SessionTarget } from './sessionOwner.ts'
import { failSession, ownerOf } from './sessions.ts'

/** How a ledger session stands. `choose` and `check` wait for the person; nothing is connected until then. */
export type LedgerResult =
  | { is: 'connected'; name: string | null; repeated: boolean }
  | { is: 'choose'; reached: LedgerOrganisation[] }
  | { is: 'check'; chosen: LedgerOrganisation }
  | { is: 'checking'; chosen: LedgerOrganisation } // the practice does
  | { is: 'linked_elsewhere'; name: string }
  | { is: 'failed'; reason: StepReason; words: string | null; repeated: boolean }
  | { is: 'ended' }
  | { is: 'unknown' }

/** A code exchange that has not ended after this long never will: another session can be opened. */
const EXCHANGE_MS = MINUTE_MS

/**
 * Takes a return from the ledger: exchanges the code at once, once, and connects where there is nothing to ask. A
 * return after the onboarding ended stores nothing and ends at the ledger what the person had just allowed.
 */
export async function returnFromLedger(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  sessionId: string,
  returned: { code: string } | { error: string },
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
  let found: Awaited<ReturnType<typeof reach>>
  try {
    found = await reach(commands.db, providers, target.practiceId, session, returned.code)
  } catch (error) {
    if (ended) return { is: 'ended' }
    return fail(commands, target, session, ...reasonOf(error))
  }
  const { tokens } = found
  const { reached, choice } = await commands.db.inPractice(target.practiceId, async (tx) => {
    const offered = await readOffered(tx, session, found.reached)
    if (ended || offered.length === 0) return { reached: offered, choice: null }
    const grant = { tokens, reached: offered, chosen: null }
    await writeGrant(tx, session.id, sealGrant(providers.sealer, session.id, grant))
    return { reached: offered, choice: await readChoice(tx, ownerOf(commands, target), session.id) }
  })
  if (ended) {
    await endGrant(commands.db, providers.ledger, target.practiceId, tokens, reached)
    return { is: 'ended' }
  }
  const [only] = reached
  if (!only || !choice) return fail(commands, target, session, 'nothing_chosen', 'No organisation was chosen.')
  if (reached.length === 1) return choose(commands, providers, target, choice, only.tenantId, false)
  return ask(commands, providers, target, session, 'choose_organisation', { is: 'choose', reached })
}

/**
 * Chooses one of the organisations a sign-in reaches, in the name of `actor`: left out, of whoever's session it is. A name
 * that looks like another business is asked about first. Of a sign-in whose choice was another client's, another is chosen.
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

/** Reads a session and the name that its organisation is expected to have: a choice needs both. */
const readChoice = async (tx: Tx, owner: SessionOwner, sessionId: string) => ({
  found: await readSession(tx, sessionId),
  name: await owner.expectedName(tx),
})

async function choose(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  { found, name }: Awaited<ReturnType<typeof readChoice>>,
  tenantId: string,
  isSame: boolean,
  actor?: Actor,
): Promise<LedgerResult> {
  if (!found) return { is: 'unknown' }
  const owner = ownerOf(commands, target)
  const session = isTakenElsewhere(found) ? await goOn(commands, providers, target, found, actor) : found
  if (['done', 'held', 'failed'].includes(session.status) || session.grantSealed === null) {
    return standing(commands, providers, target, session)
  }
  const grant = openGrant(providers.sealer, session)
  const chosen = grant.reached.find((one) => one.tenantId === tenantId)
  if (!chosen) return { is: 'choose', reached: grant.reached }
  try {
    const { named, accounts, tokens } = await withTokens(
      commands.db,
      providers,
      target.practiceId,
      session.id,
      grant,
      async (tokens) => {
        const ledgerName = await providers.ledger.organisationName(tokens, tenantId)
        const named = { ...chosen, name: ledgerName }
        const asks = name !== null && !isSameBusiness(ledgerName, name) && !isSame
        return { named, tokens, accounts: asks ? [] : await providers.ledger.bankAccounts(tokens, tenantId) }
      },
    )
    const keepChosen = (named: LedgerOrganisation) =>
      commands.db.inPractice(target.practiceId, (tx) =>
        writeGrant(tx, session.id, sealGrant(providers.sealer, session.id, { ...grant, tokens, chosen: named })),
      )
    const differs = name !== null && !isSameBusiness(named.name, name)
    if (differs && !isSame) {
      await keepChosen(named)
      return ask(commands, providers, target, session, 'check_organisation', { is: 'check', chosen: named }, actor)
    }
    const choice = { tokens, organisation: named, accounts, isConfirmed: differs }
    const result = await owner.connect(providers, session, choice, actor ?? actorOf(session))
    // Kept with the session, so that its page can name what was chosen.
    if (result.is === 'linked_elsewhere') await keepChosen(named)
    return result
  } catch (error) {
    return fail(commands, target, session, ...reasonOf(error))
  }
}

/** What was chosen is another client's: nothing was connected, and what else the sign-in reaches can still be had. */
const isTakenElsewhere = ({ status, failure, grantSealed }: AuthSession): boolean =>
  status === 'failed' && failure === 'already_linked' && grantSealed !== null

/** Goes on with what a sign-in allowed whose choice was another client's, as a session of its own that waits for a choice. */
async function goOn(
  commands: Commands,
  { sealer }: Providers,
  target: SessionTarget,
  session: AuthSession,
  actor: Actor = actorOf(session),
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
      await writeGrant(tx, session.id, null)
      await writeStepError(tx, onboardingId, step, null)
    }
    return { command: { do: 'await_provider', sessionId: id, step, phase: 'choose_organisation' }, alongside }
  })
  const next = result === 'changed' ? id : session.id
  return (await commands.db.inPractice(practiceId, (tx) => readSession(tx, next))) ?? session
}

/** Back to the choice, where the sign-in reaches several; null where another sign-in is needed. */
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
 * "It is the same business": connects the organisation that was asked about. Where a client says so, the practice looks
 * first.
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

/** How a session stands without asking the ledger anything. Also for pages that are opened again. */
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

/** Only one return may exchange: the first moves the session on. */
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

/** Waits for the person to choose or to confirm. */
async function ask(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  session: AuthSession,
  phase: 'choose_organisation' | 'check_organisation',
  result: LedgerResult,
  actor: Actor = actorOf(session),
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
