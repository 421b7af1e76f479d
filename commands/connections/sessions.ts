import { randomBytes, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { countConnections } from '../../db/connections/connections.ts'
import {
  type AuthSession,
  endUnconfirmed,
  insertSession,
  readSession,
  writeDeparture,
  writeExternalId,
} from '../../db/connections/sessions.ts'
import { readInvitation } from '../../db/invitations/invitations.ts'
import type { Refusal } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import { DAY_MS, HOUR_MS, type Instant, type StepReason } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { draftOwner } from '../drafts/draftOwner.ts'
import type { Commands } from '../execute.ts'
import { sha256 } from '../invitations/linkTokens.ts'
import { onboardingOwner } from './onboardingOwner.ts'
import { BANK_SESSION_MS, nextPollAt } from './polling.ts'
import type { Failing, Providers, SessionOwner, SessionTarget } from './sessionOwner.ts'

/** Returns the owner of a trip. */
export const ownerOf = (commands: Commands, target: SessionTarget): SessionOwner =>
  'draftId' in target ? draftOwner(commands, target) : onboardingOwner(commands, target)

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
  const { practiceId } = target
  const { ids, look } = ownerOf(commands, target)
  const sessionId = randomUUID()
  const { step, provider, institution } = request
  const open = async (tx: Tx): Promise<OpenedSession> => {
    const stands = await look(tx, { do: 'start_session', sessionId, step, provider, institution })
    if (!stands) return { result: 'not_found' }
    const { now, refusal } = stands
    if (refusal) return { result: 'refused', refusal, now }
    await insertSession(tx, practiceId, { ...request, ...ids, id: sessionId }, now, now + OPEN_MS)
    return { result: 'opened', sessionId }
  }
  return commands.db.inPractice(practiceId, open, 'one')
}

export type OpenedSession =
  | { result: 'opened'; sessionId: string }
  | { result: 'refused'; refusal: Refusal; now: Instant }
  | { result: 'not_found' }

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
  const owner = ownerOf(commands, target)
  const departed = await owner.move<Departure, Destination>(actor, async (tx, now) => {
    const session = await readSession(tx, sessionId)
    if (!session) return { answer: { result: 'not_found' } }
    const { step, provider, institution, onboardingId } = session
    const isUsed = session.browserSha256 !== null || session.status !== 'pending' || now > session.expiresAt
    if (isUsed) return { answer: { result: 'used' } }
    return {
      command: { do: 'start_session', sessionId, step, provider, institution },
      alongside: async () => {
        const destination = await destinationOf(tx, providers, session, state)
        // Whoever starts again lets go of what they approved before and did not confirm.
        if (step === 'bank' && onboardingId !== null) await endUnconfirmed(tx, onboardingId, now)
        await writeDeparture(tx, sessionId, {
          stateSha256: sha256(state),
          browserSha256: sha256(browser),
          expiresAt: now + RETURN_MS[step],
          nextPollAt: step === 'bank' ? nextPollAt(now + BANK_SESSION_MS, now) : null,
          verifierSealed: destination.to === 'ledger' ? destination.verifierSealed : null,
        })
        return destination
      },
      movesSessions: true,
    }
  })
  if (departed.result === 'unchanged' || departed.result === 'too_early') return { result: 'used' }
  if (departed.result !== 'changed') return departed
  const { session } = departed.written
  try {
    const fewLeft = session.step === 'books' && (await claimPlace(commands, providers))
    return {
      result: 'departed',
      redirectUrl: await outward(commands, providers, target, departed.written, state),
      fewLeft,
    }
  } catch (error) {
    // Whatever it was, the session has failed; what a provider says of it is for people, a fault of ours is not.
    const reason = error instanceof ProviderFailure ? error.message : null
    const kind = error instanceof ProviderFailure ? error.kind : null
    const refusedUs = session.step === 'books' && kind === 'misconfigured'
    // A bank's provider refuses details of the person: trying again does not help.
    const isRefused = session.step === 'bank' && kind === 'refused'
    await owner.fail(session, refusedUs ? 'refused_us' : isRefused ? 'refused' : 'unavailable', reason)
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

/** Destination of a browser that sets out: an address at a ledger, or a bank, which is told of a person. */
type Destination = { session: AuthSession } & (
  | { to: 'ledger'; redirectUrl: string; verifierSealed: string }
  | { to: 'bank'; onboardingId: string; invitation: Awaited<ReturnType<typeof readInvitation>> }
)

/** Makes a ledger's address, without asking it, or reads the person for a bank. Drafts have no bank: nobody is asked yet. */
async function destinationOf(
  tx: Tx,
  { ledger, sealer, publicUrl }: Providers,
  session: AuthSession,
  state: string,
): Promise<Destination> {
  const { id, step, onboardingId } = session
  if (step === 'bank' && onboardingId !== null) {
    return { session, to: 'bank', onboardingId, invitation: await readInvitation(tx, onboardingId) }
  }
  const { redirectUrl, verifier } = await ledger.authorise({ state, redirectUrl: `${publicUrl}/connect/return` })
  return { session, to: 'ledger', redirectUrl, verifierSealed: sealer.seal(verifier, `session:${id}`) }
}

async function outward(
  { db }: Commands,
  { bank, publicUrl }: Providers,
  { practiceId }: SessionTarget,
  destination: Destination,
  state: string,
): Promise<string> {
  if (destination.to === 'ledger') return destination.redirectUrl
  const { session, onboardingId, invitation } = destination
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
  await db.inPractice(practiceId, (tx) => writeExternalId(tx, session.id, externalId))
  return redirectUrl
}

/** Ends a session without a connection, and says why beside the step. Idempotent. */
export const failSession = (
  commands: Commands,
  target: SessionTarget,
  session: Failing,
  reason: StepReason,
  words: string | null,
): Promise<void> => ownerOf(commands, target).fail(session, reason, words)
