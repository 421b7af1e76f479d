import type { Tx } from '../../../db/client.ts'
import {
  type AuthSession,
  confirmApproval,
  hastenPoll,
  isUnconfirmed,
  readSession,
  writeCameBack,
  writeNextPoll,
  writeWithSignatory,
} from '../../../db/connections/sessions.ts'
import { type Locked, lockFacts, readFacts } from '../../../db/onboardings/facts.ts'
import type { StepPhase, StepReason } from '../../../domain/situation.ts'
import type { BankSessionStatus } from '../../../providers/bank/bank.ts'
import { type Commands, execute, executeIn, resettle, type Target, transact, type Unit } from '../../execute.ts'
import { endAtProvider } from '../disconnect.ts'
import { forgetApproval } from '../endGrants.ts'
import { SOON_MS, statusByPoll } from '../polling.ts'
import { settleRenewal } from '../renewals/renewalVisit.ts'
import type { Providers } from '../sessionOwner.ts'
import { ownerOf } from '../sessions.ts'
import { askBank, reasonOf } from './bankAccess.ts'
import { bankConnection } from './bankConnection.ts'

/**
 * The state of a bank session after asking the provider. `unconfirmed`: the confirmation on our page is missing.
 * `ended`: a cancellation, a skip or another session ended it, and nothing is stored.
 */
export type BankResult =
  | { is: 'connected' | 'waiting' | 'processing' | 'signatory' | 'unconfirmed' | 'ended'; repeated: boolean }
  | { is: 'failed'; reason: StepReason; words: string | null; repeated: boolean }
  | { is: 'unknown' }

/**
 * The cause of asking the bank: the client returned, the client opened our page again, or the worker polls.
 * `isStopped`: the return says that the person did not approve. `isWhereItBegan`: the request comes from the browser that
 * started the session.
 */
type Asking =
  | { by: 'return'; userIp: string | null; isStopped: boolean }
  | { by: 'check'; userIp: string | null; isWhereItBegan: boolean }
  | { by: 'poll' }

const STOPPED = 'The sign-in was stopped before the end.'
const NOBODY_CAME = 'Nobody came back from the bank.'
const NEVER_DONE = 'The bank did not confirm it within a day.'
const NOT_CONFIRMED = 'Approved at the bank, but nobody said yes on our page in time. It was forgotten.'

/**
 * Asks the bank for the session's state and records it, for a client who returned in the browser that started the
 * session or confirmed in another one. A return that says that they stopped ends the session unless the bank has their
 * approval. Repeating it changes nothing. Throws ProviderFailure if the provider cannot be asked.
 */
export function returnFromBank(
  commands: Commands,
  providers: Providers,
  target: Target,
  sessionId: string,
  userIp: string | null,
  isStopped = false,
): Promise<BankResult> {
  return settleBankSession(commands, providers, target, sessionId, { by: 'return', userIp, isStopped })
}

/**
 * Does the same for a client who opened our page again and may not have approved yet, so it does not count as a return.
 * An approval is stored if this browser started the session; in another browser it waits for a confirmation on our
 * page.
 */
export function checkBankSession(
  commands: Commands,
  providers: Providers,
  target: Target,
  sessionId: string,
  by: { userIp: string | null; isWhereItBegan: boolean },
): Promise<BankResult> {
  return settleBankSession(commands, providers, target, sessionId, { by: 'check', ...by })
}

/**
 * Asks the bank for the session's state and records it, without a person, within the provider's daily limit. An
 * approval is stored only if the client has returned; else it waits for a confirmation on our page and is dropped when
 * the session ends without one. Changes nothing if the bank does not answer.
 */
export function pollBank(
  commands: Commands,
  providers: Providers,
  target: Target,
  sessionId: string,
): Promise<BankResult> {
  return settleBankSession(commands, providers, target, sessionId, { by: 'poll' })
}

async function settleBankSession(
  commands: Commands,
  providers: Providers,
  target: Target,
  sessionId: string,
  asking: Asking,
): Promise<BankResult> {
  const { session, now } = await commands.db.inPractice(target.practiceId, async (tx) => {
    const [found, locked] = await Promise.all([readSession(tx, sessionId), readFacts(tx, target.onboardingId)])
    return { session: found, now: locked?.now ?? 0 }
  })
  if (!session) return { is: 'unknown' }
  if (session.status === 'done') return { is: 'connected', repeated: true }
  if (session.status === 'failed') return failedBefore(session)
  const isOver = now >= session.expiresAt
  if (session.renews !== null) {
    const visit = { ...session, renews: session.renews }
    return settleRenewal(commands, providers, target, visit, { isPoll: asking.by === 'poll', isOver })
  }
  if (isUnconfirmed(session) && isOver) return forget(commands, providers, target, session)
  if (isUnconfirmed(session)) {
    if (!mayStore(session, asking)) return { is: 'unconfirmed', repeated: true }
    await confirm(commands, target, session)
  }
  if (session.externalId === null) return fail(commands, target, session, 'unavailable', null)

  const status =
    asking.by === 'poll'
      ? await statusByPoll(commands, providers, target, session)
      : await askBank(commands.db, providers, target.practiceId, session, asking.userIp)
  if (status.state === 'failed') {
    const { failure } = status
    return failAndForget(commands, providers, target, session, reasonOf(failure), failure.reason)
  }
  if (status.state === 'authorised') {
    if (!mayStore(session, asking)) {
      if (isOver) return forget(commands, providers, target, session)
      return awaitConfirmation(commands, target, session, 'nobody')
    }
    if (status.accounts.length === 0)
      return failAndForget(commands, providers, target, session, 'no_accounts', 'No account was ticked at the bank.')
    return connect(commands, providers, target, session, status, asking)
  }
  if (asking.by === 'return' && asking.isStopped) return fail(commands, target, session, 'cancelled', STOPPED)
  if (asking.by === 'return') {
    return noteReturn(commands, target, session, status.state === 'signatory' ? 'signatory' : 'pending')
  }
  const cameBack = session.cameBack === 'here'
  if (isOver) return fail(commands, target, session, 'cancelled', cameBack ? NEVER_DONE : NOBODY_CAME)
  if (status.state === 'signatory') await notePhase(commands, target, session, 'signatory')
  return { is: cameBack ? 'processing' : 'waiting', repeated: false }
}

/** Records the confirmation on our page. If the bank does not answer, a poll a minute later stores the connection. */
const confirm = (commands: Commands, target: Target, { id }: AuthSession): Promise<void> =>
  transact(commands, target.practiceId, async (unit) => {
    const before = await lockFacts(unit.tx, target.onboardingId)
    if (!before) return
    await confirmApproval(unit.tx, id)
    await hastenPoll(unit.tx, id, before.now + SOON_MS)
    await resettle(unit, before, target.run !== undefined)
  })

/** Returns true if an approval may be stored: the client is back in the starting browser, or has confirmed. */
const mayStore = ({ cameBack }: AuthSession, asking: Asking): boolean =>
  asking.by === 'return' || (asking.by === 'check' && asking.isWhereItBegan)
    ? cameBack !== 'elsewhere'
    : cameBack === 'here'

function failedBefore(session: AuthSession): BankResult {
  if (session.failure === 'ended') return { is: 'ended', repeated: true }
  return { is: 'failed', reason: session.failure as StepReason, words: session.failureReason, repeated: true }
}

async function fail(
  commands: Commands,
  target: Target,
  session: AuthSession,
  reason: StepReason,
  words: string | null,
) {
  await ownerOf(commands, target).fail(session, reason, words)
  return { is: 'failed', reason, words, repeated: false } as const
}

/** Ends a session, and what it was given at the provider if the connector can. */
async function failAndForget(
  commands: Commands,
  providers: Providers,
  target: Target,
  session: AuthSession,
  reason: StepReason,
  words: string,
) {
  const failed = await fail(commands, target, session, reason, words)
  await forgetApproval(commands.db, providers, target.practiceId, session)
  return failed
}

/** Ends a session that was not confirmed in time. */
const forget = (commands: Commands, providers: Providers, target: Target, session: AuthSession) =>
  failAndForget(commands, providers, target, session, 'unconfirmed', NOT_CONFIRMED)

/**
 * Records that the client returned in the browser that started the session, while the bank has given no result or
 * cannot be asked. A later poll or report brings the result.
 */
export async function noteReturn(
  commands: Commands,
  target: Target,
  session: AuthSession,
  state: 'pending' | 'signatory',
): Promise<BankResult> {
  const phase = state === 'signatory' ? 'signatory' : 'processing'
  await notePhase(commands, target, session, phase, (tx) => writeCameBack(tx, session.id, 'here'))
  return { is: phase, repeated: false }
}

/** Records the phase of a session unless it has ended or waits for a confirmation. */
async function notePhase(
  commands: Commands,
  target: Target,
  session: AuthSession,
  phase: StepPhase,
  alongside?: (tx: Tx) => Promise<void>,
): Promise<void> {
  await transact(commands, target.practiceId, async (unit) => {
    const { tx } = unit
    const before = await lockFacts(tx, target.onboardingId)
    const current = await readSession(tx, session.id)
    if (!before || current?.status !== 'pending' || isUnconfirmed(current)) return
    await alongside?.(tx)
    await writeWithSignatory(tx, session.id, phase === 'signatory')
    await awaitPhase(unit, target, before, session, phase)
  })
}

/**
 * Makes a session wait for a confirmation on our page until it expires: the client returned in another browser, or a
 * poll found an approval without a return.
 */
export async function awaitConfirmation(
  commands: Commands,
  target: Target,
  { id }: Pick<AuthSession, 'id'>,
  cameBack: 'elsewhere' | 'nobody',
): Promise<BankResult> {
  await transact(commands, target.practiceId, async (unit) => {
    const { tx } = unit
    const before = await lockFacts(tx, target.onboardingId)
    const session = await readSession(tx, id)
    if (!before || session?.status !== 'pending') return
    // A poll adds nothing once the client has returned.
    if (session.cameBack === cameBack || (cameBack === 'nobody' && session.cameBack !== null)) return
    await writeNextPoll(tx, id, session.expiresAt)
    await writeCameBack(tx, id, cameBack)
    await awaitPhase(unit, target, before, session, 'unconfirmed')
  })
  return { is: 'unconfirmed', repeated: false }
}

/** Records the step's phase if it changed; else writes the row again because of the next poll. */
async function awaitPhase(
  unit: Unit,
  target: Target,
  before: Locked,
  { id: sessionId, provider }: AuthSession,
  phase: StepPhase,
): Promise<void> {
  const { result } = await executeIn(unit, target, {
    actor: { type: 'provider', id: provider },
    command: { do: 'await_provider', sessionId, step: 'bank', phase },
    movesSessions: true,
  })
  if (result !== 'changed') await resettle(unit, before, target.run !== undefined)
}

async function connect(
  commands: Commands,
  providers: Providers,
  target: Target,
  session: AuthSession,
  status: Extract<BankSessionStatus, { state: 'authorised' }>,
  asking: Asking,
): Promise<BankResult> {
  const connection = bankConnection(providers, target, session, status, (standing) => mayStore(standing, asking))
  const outcome = await execute(commands, target, connection)
  if ('moved' in outcome) {
    if (outcome.moved?.status === 'pending') return { is: 'unconfirmed', repeated: true }
    return { is: outcome.moved?.status === 'done' ? 'connected' : 'ended', repeated: true }
  }
  if (outcome.result === 'changed') {
    for (const replaced of outcome.written) await endAtProvider(commands, providers, target, replaced)
    return { is: 'connected', repeated: false }
  }
  if (outcome.result === 'refused') await ownerOf(commands, target).fail(session, 'cancelled', null)
  return { is: 'ended', repeated: outcome.result !== 'refused' }
}
