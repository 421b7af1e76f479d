import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { insertConnection } from '../../db/connections/connections.ts'
import {
  type AuthSession,
  confirmApproval,
  isUnconfirmed,
  moveSession,
  readSession,
  writeCameBack,
  writePoll,
} from '../../db/connections/sessions.ts'
import { type Locked, lockFacts, readFacts } from '../../db/onboardings/facts.ts'
import { readOrganisationId, writeStepError } from '../../db/onboardings/onboardings.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type StepPhase, type StepReason } from '../../domain/situation.ts'
import type { BankAccount, BankSessionStatus } from '../../providers/bank/bank.ts'
import { type Commands, execute, executeIn, resettle, type Target, type Telling, transact } from '../execute.ts'
import { forgetApproval } from './endGrants.ts'
import { failSession, type Providers } from './sessions.ts'

/**
 * How a bank session stands after it was asked about. `unconfirmed`: a yes on our page is missing. `ended`: by a
 * cancellation, a skip or another trip; nothing is stored then.
 */
export type BankResult =
  | { is: 'connected' | 'waiting' | 'processing' | 'signatory' | 'unconfirmed' | 'ended'; repeated: boolean }
  | { is: 'failed'; reason: StepReason; words: string | null; repeated: boolean }
  | { is: 'unknown' }

/** Asker of the bank: a person who came back, from their address, or the worker by itself. */
type Asking = { by: 'return'; userIp: string | null } | { by: 'poll' }

/** When to poll again after the n-th poll, in ms; hourly afterwards, until the session expires. */
const POLLS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS]
/** The same while the bank is at work and somebody may be waiting for it: it usually takes less than two minutes. */
const PROCESSING_POLLS_MS = [20 * SECOND_MS, 40 * SECOND_MS, MINUTE_MS, 3 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS]

const NOBODY_CAME = 'Nobody came back from the bank.'
const NOT_CONFIRMED = 'Approved at the bank, but nobody said yes on our page in time. It was forgotten.'

/**
 * Asks the bank how a session stands and records it, for a person who came back in the browser that set out or said yes in
 * another one. Repeating it changes nothing. Throws ProviderFailure when the provider cannot be asked.
 */
export function returnFromBank(
  commands: Commands,
  providers: Providers,
  target: Target,
  sessionId: string,
  userIp: string | null,
): Promise<BankResult> {
  return settleBankSession(commands, providers, target, sessionId, { by: 'return', userIp })
}

/**
 * Asks the bank how a session stands and records it, without a person. What is found approved is stored only after the
 * person came back; else it waits for a yes on our page, and is forgotten when the session ends without one.
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
  if (isUnconfirmed(session) && now >= session.expiresAt) return forget(commands, providers, target, session)
  if (isUnconfirmed(session)) {
    if (!mayStore(session, asking)) return { is: 'unconfirmed', repeated: true }
    // Said yes: should the bank be away now, a poll stores it later.
    await commands.db.inPractice(target.practiceId, (tx) => confirmApproval(tx, session.id))
  }
  if (session.externalId === null) return fail(commands, target, session, 'unavailable', null)

  const userIp = asking.by === 'return' ? asking.userIp : null
  const status = await providers.bank.status(session.externalId, userIp ?? undefined)
  if (status.state === 'failed') return fail(commands, target, session, reasonOf(status.family), status.reason)
  if (status.state !== 'authorised') return pollAgain(commands, target, session, status.state, asking.by)
  if (!mayStore(session, asking)) return awaitConfirmation(commands, target, session, 'nobody')
  const accounts = await providers.bank.accounts(session.externalId, userIp ?? undefined)
  if (accounts.length === 0) return fail(commands, target, session, 'no_accounts', 'No account was ticked at the bank.')
  return connect(commands, providers.bank.accessDays, target, session, status, accounts, asking)
}

/** Once another browser has come back only the yes there counts; what nobody came back from is not stored by a poll. */
const mayStore = ({ cameBack }: AuthSession, { by }: Asking): boolean =>
  by === 'return' ? cameBack !== 'elsewhere' : cameBack === 'here'

const reasonOf = (family: 'stopped' | 'refused' | 'bank_down' | 'no_accounts'): StepReason =>
  family === 'stopped' ? 'cancelled' : family

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
  await failSession(commands, target, session, reason, words)
  return { is: 'failed', reason, words, repeated: false } as const
}

/** Ends a session that nobody confirmed in time; what was approved is ended at the provider, too, or its id forgotten. */
async function forget(commands: Commands, providers: Providers, target: Target, session: AuthSession) {
  const failed = await fail(commands, target, session, 'unconfirmed', NOT_CONFIRMED)
  await forgetApproval(commands.db, providers, target.practiceId, session)
  return failed
}

/**
 * Notes what the bank says and when to poll again; `waiting` also when it could not be asked. After a day nobody comes
 * back any more. A person who is back at ours while the bank is at work has come back.
 */
export async function pollAgain(
  commands: Commands,
  target: Target,
  session: AuthSession,
  state: 'waiting' | 'processing' | 'signatory',
  by: Asking['by'],
): Promise<BankResult> {
  const isOverdue = await transact(commands, target, async (tx) => {
    const before = await lockFacts(tx, target.onboardingId)
    const current = await readSession(tx, session.id)
    // What waits for a yes by now is not polled.
    if (!before || current?.status !== 'pending' || isUnconfirmed(current)) return { answer: false, tell: null }
    if (before.now >= current.expiresAt) return { answer: true, tell: null }
    const nextMs = state === 'processing' ? PROCESSING_POLLS_MS[current.polls] : POLLS_MS[current.polls + 1]
    await writePoll(tx, session.id, before.now + (nextMs ?? HOUR_MS))
    if (by === 'return' && state !== 'waiting') await writeCameBack(tx, session.id, 'here')
    return { answer: false, tell: await awaitPhase(tx, target, before, session, state === 'waiting' ? null : state) }
  })
  return isOverdue ? fail(commands, target, session, 'cancelled', NOBODY_CAME) : { is: state, repeated: false }
}

/**
 * Lets a session wait for a yes on our page until it expires: somebody came back with another browser than they left
 * with, or a poll found it approved and nobody came back.
 */
export async function awaitConfirmation(
  commands: Commands,
  target: Target,
  { id }: Pick<AuthSession, 'id'>,
  cameBack: 'elsewhere' | 'nobody',
): Promise<BankResult> {
  await transact(commands, target, async (tx) => {
    const before = await lockFacts(tx, target.onboardingId)
    const session = await readSession(tx, id)
    const none = { answer: null, tell: null }
    if (!before || session?.status !== 'pending') return none
    // A poll says nothing new of a trip that somebody has come back from.
    if (session.cameBack === cameBack || (cameBack === 'nobody' && session.cameBack !== null)) return none
    await writePoll(tx, id, session.expiresAt)
    await writeCameBack(tx, id, cameBack)
    return { answer: null, tell: await awaitPhase(tx, target, before, session, 'unconfirmed') }
  })
  return { is: 'unconfirmed', repeated: false }
}

/** Records the phase that the step is in, if it is another, and writes the row anew with the next poll. */
async function awaitPhase(
  tx: Tx,
  target: Target,
  before: Locked,
  { id: sessionId, provider }: AuthSession,
  phase: StepPhase | null,
): Promise<Telling | null> {
  if (phase !== null) {
    const { outcome, tell } = await executeIn(tx, target, {
      actor: { type: 'provider', id: provider },
      command: { do: 'await_provider', sessionId, step: 'bank', phase },
      movesSessions: true,
    })
    if (outcome.result === 'changed') return tell
  }
  return resettle(tx, before, target.run !== undefined)
}

async function connect(
  commands: Commands,
  accessDays: number,
  target: Target,
  session: AuthSession,
  status: Extract<BankSessionStatus, { state: 'authorised' }>,
  accounts: BankAccount[],
  asking: Asking,
): Promise<BankResult> {
  const connectionId = randomUUID()
  let standing = session
  const outcome = await execute(commands, target, {
    actor: { type: 'client', id: session.linkId },
    command: async (tx, { now }) => {
      standing = (await readSession(tx, session.id)) ?? { ...session, status: 'failed' }
      // Another browser may have come back in the meantime.
      if (standing.status !== 'pending' || !mayStore(standing, asking)) return null
      await moveSession(tx, session.id, ['pending'], 'exchanging', now)
      const { id: sessionId, provider } = session
      return { do: 'connect', sessionId, step: 'bank', connectionId, provider, accounts: accounts.length }
    },
    alongside: async (tx, { now }) => {
      await moveSession(tx, session.id, ['failed', 'exchanging'], 'done', now)
      await writeStepError(tx, target.onboardingId, 'bank', null)
      const connection = {
        id: connectionId,
        onboardingId: target.onboardingId,
        organisationId: await readOrganisationId(tx, target.onboardingId),
        sessionId: session.id,
        kind: 'bank' as const,
        provider: session.provider,
        institution: status.bank?.id ?? session.institution,
        institutionName: status.bank?.name ?? session.institutionName,
        externalId: session.externalId ?? '',
        tenantId: null,
        tenantName: null,
        tokensSealed: null,
        // A provider that tells no end grants what its contract says.
        accessUntil: status.accessUntil?.getTime() ?? now + accessDays * DAY_MS,
      }
      await insertConnection(
        tx,
        target.practiceId,
        connection,
        accounts.map((one) => ({ ...one, code: null })),
        now,
      )
    },
  })
  if (outcome.result === 'changed') return { is: 'connected', repeated: false }
  if (outcome.result === 'refused') {
    await failSession(commands, target, session, 'cancelled', null)
    return { is: 'ended', repeated: false }
  }
  if (standing.status === 'pending') return { is: 'unconfirmed', repeated: true }
  return { is: standing.status === 'done' ? 'connected' : 'ended', repeated: true }
}
