import { randomUUID } from 'node:crypto'
import { insertConnection } from '../../db/connections/connections.ts'
import { type AuthSession, moveSession, readSession, writePoll } from '../../db/connections/sessions.ts'
import { lockFacts, readFacts } from '../../db/onboardings/facts.ts'
import { readOrganisationId, writeStepError } from '../../db/onboardings/onboardings.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type StepReason } from '../../domain/situation.ts'
import type { BankAccount, BankSessionStatus } from '../../providers/bank/bank.ts'
import { type Commands, execute, resettle, type Target, transact } from '../execute.ts'
import { failSession, type Providers } from './sessions.ts'

/** How a bank session stands after it was asked about. `ended`: by a cancellation or a skip; nothing is stored then. */
export type BankResult =
  | { is: 'connected' | 'waiting' | 'processing' | 'signatory' | 'ended'; repeated: boolean }
  | { is: 'failed'; reason: StepReason; words: string | null; repeated: boolean }
  | { is: 'unknown' }

/** When to look again after the n-th look, in ms; hourly afterwards, until the session expires. */
const LOOKS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS]
/** The same while the bank is at work and somebody may be waiting for it: it usually takes less than two minutes. */
const PROCESSING_LOOKS_MS = [20 * SECOND_MS, 40 * SECOND_MS, MINUTE_MS, 3 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS]

const NOBODY_CAME = 'Nobody came back from the bank.'

/**
 * Asks the bank how a session stands and records it: the same for the person's return and for the looks at sessions
 * nobody came back from. Repeating it changes nothing. Throws ProviderFailure when the provider cannot be asked.
 */
export async function settleBankSession(
  commands: Commands,
  providers: Providers,
  target: Target,
  sessionId: string,
  userIp: string | null,
): Promise<BankResult> {
  const { session, now } = await commands.db.inPractice(target.practiceId, async (tx) => {
    const [found, locked] = await Promise.all([readSession(tx, sessionId), readFacts(tx, target.onboardingId)])
    return { session: found, now: locked?.now ?? 0 }
  })
  if (!session) return { is: 'unknown' }
  if (session.status === 'done') return { is: 'connected', repeated: true }
  if (session.status === 'failed') return failedBefore(session)
  if (session.externalId === null) return fail(commands, target, session, 'unavailable', null)
  if (isHeld(session) && now >= session.expiresAt) return fail(commands, target, session, 'cancelled', NOBODY_CAME)

  const status = await providers.bank.status(session.externalId, userIp ?? undefined)
  if (status.state === 'failed') return fail(commands, target, session, reasonOf(status.family), status.reason)
  if (status.state !== 'authorised') return lookAgain(commands, target, session, status.state)
  const accounts = await providers.bank.accounts(session.externalId, userIp ?? undefined)
  if (accounts.length === 0) return fail(commands, target, session, 'no_accounts', 'No account was ticked at the bank.')
  return connect(commands, providers.bank.accessDays, target, session, status, accounts)
}

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

/**
 * Notes what the bank says and when to look again; `waiting` also when it could not be asked. After a day nobody comes
 * back any more.
 */
export async function lookAgain(
  commands: Commands,
  target: Target,
  session: AuthSession,
  state: 'waiting' | 'processing' | 'signatory',
): Promise<BankResult> {
  if (state !== 'waiting') {
    await execute(commands, target, {
      actor: { type: 'provider', id: session.provider },
      command: { do: 'await_provider', sessionId: session.id, step: 'bank', phase: state },
    })
  }
  const overdue = await transact(commands, target, async (tx) => {
    const before = await lockFacts(tx, target.onboardingId)
    if (!before) return { answer: false, tell: null }
    if (before.now >= session.expiresAt) return { answer: true, tell: null }
    const nextLookMs = state === 'processing' ? PROCESSING_LOOKS_MS[session.polls] : LOOKS_MS[session.polls + 1]
    await writePoll(tx, session.id, before.now + (nextLookMs ?? HOUR_MS))
    return { answer: false, tell: await resettle(tx, before, target.run !== undefined) }
  })
  return overdue ? fail(commands, target, session, 'cancelled', NOBODY_CAME) : { is: state, repeated: false }
}

/** Looked at again only when it expires. */
const isHeld = (session: AuthSession) => session.nextPollAt === session.expiresAt

/**
 * Somebody came back with another browser than they left with and has not said yet that it was them: until they do,
 * the session is not looked at by itself.
 */
export async function awaitConfirmation(commands: Commands, target: Target, session: AuthSession): Promise<void> {
  await transact(commands, target, async (tx) => {
    const before = await lockFacts(tx, target.onboardingId)
    if (!before || isHeld(session)) return { answer: null, tell: null }
    await writePoll(tx, session.id, session.expiresAt)
    return { answer: null, tell: await resettle(tx, before, target.run !== undefined) }
  })
}

async function connect(
  commands: Commands,
  accessDays: number,
  target: Target,
  session: AuthSession,
  status: Extract<BankSessionStatus, { state: 'authorised' }>,
  accounts: BankAccount[],
): Promise<BankResult> {
  const connectionId = randomUUID()
  let standing = session.status
  const outcome = await execute(commands, target, {
    actor: { type: 'client', id: session.linkId },
    command: async (tx, { now }) => {
      const current = await readSession(tx, session.id)
      standing = current?.status ?? 'failed'
      if (standing !== 'pending') return null
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
  return { is: standing === 'done' ? 'connected' : 'ended', repeated: true }
}
