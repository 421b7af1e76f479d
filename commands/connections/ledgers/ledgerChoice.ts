import { randomUUID } from 'node:crypto'
import type { Tx } from '../../../db/client.ts'
import {
  type AuthSession,
  dropGrant,
  insertSession,
  moveSession,
  readSession,
  writeGrant,
} from '../../../db/connections/sessions.ts'
import { writeStepError } from '../../../db/onboardings/onboardings.ts'
import { askedName, isSameOrganisation } from '../../../domain/connections/matching.ts'
import type { Actor } from '../../../domain/events.ts'
import { ProviderFailure } from '../../../providers/failure.ts'
import type { LedgerConnector, LedgerOrganisation, LedgerTokens } from '../../../providers/ledger/ledger.ts'
import type { Commands } from '../../execute.ts'
import { type Providers, type SessionOwner, type SessionTarget, type SignedIn, sessionActor } from '../sessionOwner.ts'
import { ownerOf } from '../sessions.ts'
import { openGrant, sealGrant } from './grants.ts'
import { leaveToPractice } from './leaveToPractice.ts'
import { reasonOf } from './ledgerReach.ts'
import { ask, fail, type LedgerResult, standing } from './ledgerSession.ts'
import { type SignInOf, withSignIn } from './signIns.ts'

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
export const readChoice = async (tx: Tx, owner: SessionOwner, sessionId: string) => ({
  found: await readSession(tx, sessionId),
  expected: await owner.expected(tx),
})

export async function choose(
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
