import { randomBytes, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { countConnections } from '../../db/connections/connections.ts'
import {
  endUnconfirmed,
  insertSession,
  moveSession,
  readSession,
  writeDeparture,
  writeOutward,
} from '../../db/connections/sessions.ts'
import { readInvitation } from '../../db/invitations/invitations.ts'
import { lockDraft, readDraft } from '../../db/onboardings/drafts.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import type { Refusal } from '../../domain/commands.ts'
import { decide } from '../../domain/decide/decide.ts'
import type { Actor } from '../../domain/events.ts'
import { DAY_MS, HOUR_MS, type Instant, type StepReason } from '../../domain/situation.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import { type Commands, type Execution, execute, type Target } from '../execute.ts'
import { sha256 } from '../invitations/linkTokens.ts'
import { BANK_SESSION_MS, nextPollAt } from './polling.ts'

/** What trips to banks and ledgers need besides the commands. */
export type Providers = { bank: BankConnector; ledger: LedgerConnector; sealer: Sealer; publicUrl: string }

/** Whose trip it is: an onboarding's, or a draft's whose client is still to be made. */
export type SessionTarget = Target | DraftTarget
export type DraftTarget = { practiceId: string; draftId: string }

export type SessionRequest = {
  step: 'bank' | 'books'
  provider: string
  institution: string | null
  institutionName: string | null
  openedBy: 'client' | 'practice' | 'support'
  /** Who of the practice or of support opens it, as far as that is a person. */
  openerId?: string | null
  linkId: string | null
}

/** Whose a session is. */
export type Opener = Pick<SessionRequest, 'openedBy' | 'openerId' | 'linkId'>

/** In whose name a session goes on: the client's, or that of the colleague who made its address, whoever uses that. */
export function actorOf({ openedBy, openerId = null, linkId }: Opener): Actor {
  if (openedBy === 'client') return { type: 'client', id: linkId }
  return { type: openedBy === 'support' ? 'support' : 'staff', id: openerId }
}

/** A connection address that nobody used is dead after this long. */
const OPEN_MS = 7 * DAY_MS
/** A ledger's code lives minutes. */
const RETURN_MS = { bank: BANK_SESSION_MS, books: HOUR_MS }

/**
 * Opens a session: the address `/connect/{sessionId}` works from now on. The id is random, since the address alone
 * lets its holder start. Nothing is asked of the provider yet, and no fact is recorded.
 */
export async function openSession(
  commands: Commands,
  target: SessionTarget,
  request: SessionRequest,
): Promise<OpenedSession> {
  return commands.db.inPractice(target.practiceId, (tx) => openSessionIn(tx, target, request), 'one')
}

export type OpenedSession =
  | { result: 'opened'; sessionId: string }
  | { result: 'refused'; refusal: Refusal; now: Instant }
  | { result: 'not_found' }

/** The same inside a transaction that the caller commits. */
async function openSessionIn(tx: Tx, target: SessionTarget, request: SessionRequest): Promise<OpenedSession> {
  if ('draftId' in target) return openDraftSession(tx, target, request)
  const read = await readFacts(tx, target.onboardingId)
  if (!read) return { result: 'not_found' }
  const sessionId = randomUUID()
  const { step, provider, institution } = request
  const decision = decide(read.facts, { do: 'start_session', sessionId, step, provider, institution }, read.now)
  if ('refusal' in decision) return { result: 'refused', refusal: decision.refusal, now: read.now }
  const session = { ...request, id: sessionId, onboardingId: target.onboardingId, draftId: null }
  await insertSession(tx, target.practiceId, session, read.now, read.now + OPEN_MS)
  return { result: 'opened', sessionId }
}

async function openDraftSession(tx: Tx, { practiceId, draftId }: DraftTarget, request: SessionRequest) {
  const draft = await readDraft(tx, draftId)
  if (!draft || draft.endedAt !== null) return { result: 'not_found' } as const
  const id = randomUUID()
  const now = Date.now()
  await insertSession(tx, practiceId, { ...request, id, onboardingId: null, draftId }, now, now + OPEN_MS)
  return { result: 'opened', sessionId: id } as const
}

export type Departure =
  /** `fewLeft`: the ledger lets us connect at most one more after this: its operator should know. */
  | { result: 'departed'; redirectUrl: string; fewLeft: boolean }
  /** The session has failed, another can be opened. `refusedUs`: an operator must act before that helps. */
  | { result: 'not_started'; reason: string; refusedUs: boolean }
  | { result: 'refused'; refusal: Refusal }
  | { result: 'used' } // this session has set out before
  | { result: 'not_found' }

/**
 * Sets out with a session: binds it to the browser and a fresh state, records the start, and asks the provider where to
 * send the browser. `browser` is the secret of the browser's own cookie.
 */
export async function departSession(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  actor: Actor,
  sessionId: string,
  browser: string,
): Promise<Departure> {
  const state = randomBytes(24).toString('base64url')
  const found: { session: Awaited<ReturnType<typeof readSession>>; used: boolean } = { session: null, used: false }
  const look = async (tx: Tx, now: Instant) => {
    const session = await readSession(tx, sessionId)
    found.session = session
    found.used =
      session !== null && (session.browserSha256 !== null || session.status !== 'pending' || now > session.expiresAt)
    return found.used ? null : session
  }
  const leave = (tx: Tx, now: Instant) => {
    const step = found.session?.step ?? 'books'
    return writeDeparture(tx, sessionId, {
      stateSha256: sha256(state),
      browserSha256: sha256(browser),
      expiresAt: now + RETURN_MS[step],
      nextPollAt: step === 'bank' ? nextPollAt(now + BANK_SESSION_MS, now) : null,
    })
  }
  const started =
    'draftId' in target
      ? await commands.db.inPractice(target.practiceId, async (tx) => {
          // Ending the draft and setting out exclude each other; so do two who set out.
          const draft = await lockDraft(tx, target.draftId)
          if (!draft || draft.endedAt !== null) return { result: 'not_found' } as const
          if (!(await look(tx, Date.now()))) return { result: 'unchanged' } as const
          await leave(tx, Date.now())
          return { result: 'changed' } as const
        })
      : await execute(commands, target, {
          actor,
          prepare: async (tx, { now }) => {
            const session = await look(tx, now)
            if (!session) return null
            const { step, provider, institution } = session
            return {
              command: { do: 'start_session', sessionId, step, provider, institution },
              alongside: async () => {
                // Whoever starts again lets go of what they approved before and did not confirm.
                if (step === 'bank') await endUnconfirmed(tx, target.onboardingId, now)
                await leave(tx, now)
              },
              movesSessions: true,
            }
          },
        })
  if (started.result === 'not_found' || !found.session) return { result: 'not_found' }
  if (started.result === 'refused') return { result: 'refused', refusal: started.refusal }
  if (started.result !== 'changed') return { result: 'used' }
  try {
    const fewLeft = found.session.step === 'books' && (await claimPlace(commands, providers))
    const redirectUrl = await outward(commands, providers, target, found.session, state)
    return { result: 'departed', redirectUrl, fewLeft }
  } catch (error) {
    // Whatever it was, the session has failed; what a provider says of it is for people, a fault of ours is not.
    const reason = error instanceof ProviderFailure ? error.message : null
    const kind = error instanceof ProviderFailure ? error.kind : null
    const refusedUs = found.session.step === 'books' && kind === 'misconfigured'
    // A bank's provider refuses details of the person: trying again does not help.
    const isRefused = found.session.step === 'bank' && kind === 'refused'
    const family = refusedUs ? 'refused_us' : isRefused ? 'refused' : 'unavailable'
    await failSession(commands, target, found.session, family, reason)
    if (reason === null) throw error
    return { result: 'not_started', reason, refusedUs }
  }
}

/**
 * Refuses to set out while the ledger lets us connect no more organisations: it would keep the browser and never send it
 * back. Returns true when this may be the last but one.
 */
async function claimPlace({ db }: Commands, { ledger }: Providers): Promise<boolean> {
  const { name, label, mostConnections } = ledger
  if (mostConnections === null) return false
  const standing = await countConnections(db, name)
  if (standing >= mostConnections) {
    const words = `${label} lets Embark connect no more organisations at present. Embark’s operator has been told.`
    throw new ProviderFailure(name, 'misconfigured', words)
  }
  return standing >= mostConnections - 1
}

async function outward(
  { db }: Commands,
  { bank, ledger, sealer, publicUrl }: Providers,
  target: SessionTarget,
  session: { id: string; step: 'bank' | 'books'; institution: string | null },
  state: string,
): Promise<string> {
  const { practiceId } = target
  // Drafts have no bank: the account holder is not asked yet.
  if (session.step === 'books' || 'draftId' in target) {
    const { redirectUrl, verifier } = await ledger.authorise({ state, redirectUrl: `${publicUrl}/connect/return` })
    const sealed = sealer.seal(verifier, `session:${session.id}`)
    await db.inPractice(practiceId, (tx) => writeOutward(tx, session.id, null, sealed))
    return redirectUrl
  }
  const { onboardingId } = target
  const invitation = await db.inPractice(practiceId, (tx) => readInvitation(tx, onboardingId))
  const { externalId, redirectUrl } = await bank.start({
    sessionId: session.id,
    bankId: session.institution,
    returnUrl: `${publicUrl}/connect/return${bank.returnForm === 'query' ? `?state=${state}` : ''}`,
    user: {
      id: onboardingId,
      name: invitation?.name ?? 'Client',
      // Required by the provider, also for clients without one; a host of ours, so that nobody else is written to.
      email: invitation?.email ?? `client-${onboardingId}@${new URL(publicUrl).hostname}`,
      phone: invitation?.phone ?? null,
    },
  })
  await db.inPractice(practiceId, (tx) => writeOutward(tx, session.id, externalId, null))
  return redirectUrl
}

/** Ends a session without a connection, and says why beside the step. Idempotent. */
export async function failSession(
  commands: Commands,
  target: SessionTarget,
  session: Failing,
  reason: StepReason,
  words: string | null,
): Promise<void> {
  if ('draftId' in target) {
    await commands.db.inPractice(target.practiceId, (tx) => moveToFailed(tx, session, reason, words, Date.now()))
    return
  }
  await execute(commands, target, failing(target, session, reason, words))
}

type Failing = { id: string; step: 'bank' | 'books'; provider: string }

/** The command that ends a session without a connection; it changes nothing where the session has ended. */
export const failing = (target: Target, session: Failing, reason: StepReason, words: string | null): Execution => ({
  actor: { type: 'provider', id: session.provider },
  prepare: async (tx, { now }) => {
    if (!(await moveToFailed(tx, session, reason, words, now))) return null
    const { id: sessionId, step, provider } = session
    return {
      command: { do: 'fail_session', sessionId, step, reason, provider },
      alongside: () => writeStepError(tx, target.onboardingId, step, words),
      movesSessions: true,
    }
  },
})

const moveToFailed = (tx: Tx, { id }: Failing, family: StepReason, reason: string | null, now: Instant) =>
  moveSession(tx, id, ['pending', 'exchanging', 'choosing'], 'failed', now, { family, reason })
