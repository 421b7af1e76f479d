import { randomBytes, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { readSharedBanks } from '../../db/connections/banks.ts'
import { readPagePractice } from '../../db/connections/sessionPage.ts'
import {
  type AuthSession,
  endUnconfirmed,
  insertSession,
  readSession,
  writeDeparture,
  writeExternalId,
  writeRoute,
} from '../../db/connections/sessions.ts'
import { readInvitation } from '../../db/invitations/invitations.ts'
import type { Actor } from '../../domain/events.ts'
import type { Refusal } from '../../domain/refusals.ts'
import { DAY_MS, HOUR_MS, type Instant } from '../../domain/situation.ts'
import type { BankConnector, BankSessionRequest } from '../../providers/bank/bank.ts'
import type { BankRoute } from '../../providers/bank/offered.ts'
import { notSetUp } from '../../providers/connectors.ts'
import { type FailureKind, ProviderFailure } from '../../providers/failure.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import { draftOwner } from '../drafts/draftOwner.ts'
import type { Commands } from '../execute.ts'
import { sha256 } from '../invitations/linkTokens.ts'
import { handOverOwner } from './ledgers/handOver.ts'
import { claimPlace } from './ledgers/places.ts'
import { onboardingOwner } from './onboardingOwner.ts'
import { BANK_SESSION_MS, nextPollAt } from './polling.ts'
import type { Failing, Providers, SessionOwner, SessionTarget } from './sessionOwner.ts'

/** Returns the owner of a session. */
export function ownerOf(commands: Commands, target: SessionTarget): SessionOwner {
  if ('draftId' in target) return draftOwner(commands, target)
  return 'handOverId' in target ? handOverOwner(commands, target) : onboardingOwner(commands, target)
}

export type SessionRequest = {
  step: 'bank' | 'books'
  provider: string
  institution: string | null
  institutionName: string | null
  /** The other ways to the bank, taken in turn while a provider cannot be reached. */
  alternatives?: readonly BankRoute[]
  openedBy: 'client' | 'practice' | 'support'
  /** The member or support person who opens it; null for an API key. */
  openerId?: string | null
  linkId: string | null
}

/** The life of a connection address that nobody uses. */
const OPEN_MS = 7 * DAY_MS
/** The time for a return. A ledger's code is valid for minutes. */
const RETURN_MS = { bank: BANK_SESSION_MS, books: HOUR_MS }

/**
 * Opens a session, whose address is `/connect/{sessionId}`. The id is random, because the address alone allows its
 * holder to start. Does not call the provider and records no event.
 */
export async function openSession(
  commands: Commands,
  target: SessionTarget,
  request: SessionRequest,
): Promise<OpenedSession> {
  const { practiceId } = target
  const { ids, standing } = ownerOf(commands, target)
  const sessionId = randomUUID()
  const { step, provider, institution } = request
  const open = async (tx: Tx): Promise<OpenedSession> => {
    const stands = await standing(tx, { do: 'start_session', sessionId, step, provider, institution })
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
  /** `fewLeft`: the ledger allows at most one more connection after this, which its operator should know. */
  | { result: 'departed'; redirectUrl: string; fewLeft: boolean }
  /** The session has failed and another can be opened. `refusedUs`: that fails again until an operator acts. */
  | { result: 'not_started'; reason: string; refusedUs: boolean }
  | { result: 'refused'; refusal: Refusal }
  | { result: 'used' } // this session has departed before
  | { result: 'not_found' }

/**
 * Starts a session: binds it to the browser and a new state, records the start, and asks the provider for the address
 * to send the browser to. `browser` is the secret in the browser's cookie. `request`: opens the session before, in the
 * same transaction.
 */
export async function departSession(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  actor: Actor,
  sessionId: string,
  browser: string,
  request: SessionRequest | null = null,
): Promise<Departure> {
  const state = randomBytes(24).toString('base64url')
  const owner = ownerOf(commands, target)
  const departed = await owner.move<Departure | Unreached, Destination>(actor, async (tx, now) => {
    const opened = request && { ...request, ...owner.ids, id: sessionId }
    const found = opened ? null : await readSession(tx, sessionId)
    const session = opened ?? found
    if (!session) return { answer: { result: 'not_found' } }
    const { step, provider, institution, onboardingId } = session
    const isUsed = found && (found.browserSha256 !== null || found.status !== 'pending' || now > found.expiresAt)
    if (isUsed) return { answer: { result: 'used' } }
    const others = step === 'bank' && onboardingId !== null ? await countOthers(tx, onboardingId, session) : 0
    const destination = await destinationOf(tx, providers, session, state)
    if (destination instanceof ProviderFailure)
      return { answer: { result: 'unreached', session, failure: destination } }
    return {
      command: { do: 'start_session', sessionId, step, provider, institution, others },
      alongside: async () => {
        // A new start drops an earlier approval that was not confirmed.
        if (step === 'bank' && onboardingId !== null) await endUnconfirmed(tx, onboardingId, now)
        await writeDeparture(tx, target.practiceId, session, {
          now,
          stateSha256: sha256(state),
          browserSha256: sha256(browser),
          expiresAt: now + RETURN_MS[step],
          nextPollAt: destination.to === 'bank' ? nextPollAt(destination.bank, now + BANK_SESSION_MS, now) : null,
          verifierSealed: destination.to === 'ledger' ? destination.verifierSealed : null,
        })
        return destination
      },
      movesSessions: true,
    }
  })
  if (departed.result === 'unchanged' || departed.result === 'too_early') return { result: 'used' }
  if (departed.result === 'unreached') return notStarted(owner, departed.session, departed.failure)
  if (departed.result !== 'changed') return departed
  const destination = departed.written
  const alternatives = request?.alternatives ?? []
  try {
    const fewLeft = destination.to === 'ledger' && (await claimPlace(commands, destination.ledger))
    return {
      result: 'departed',
      redirectUrl: await outward(commands, providers, target, destination, state, alternatives),
      fewLeft,
    }
  } catch (error) {
    return notStarted(owner, destination.session, error)
  }
}

/** Counts the banks that a client shares beside the one to go to, which may replace its earlier connection. */
async function countOthers(tx: Tx, onboardingId: string, { institution }: Departing): Promise<number> {
  const shared = await readSharedBanks(tx, onboardingId)
  return shared.filter((one) => one.institution !== institution).length
}

/** The part of a session that its departure needs. */
type Departing = Pick<AuthSession, 'id' | 'step' | 'provider' | 'institution' | 'onboardingId'>

/** The answer of a move to a provider that Embark is not set up for any more. */
type Unreached = { result: 'unreached'; session: Departing; failure: ProviderFailure }

/** Ends a session that could not start. A provider's reason is shown to people; an error of ours is thrown again. */
async function notStarted(owner: SessionOwner, session: Failing, error: unknown): Promise<Departure> {
  const reason = error instanceof ProviderFailure ? error.message : null
  const kind = error instanceof ProviderFailure ? error.kind : null
  const refusedUs = session.step === 'books' && kind === 'misconfigured'
  // The bank provider rejects details of the person, so trying again does not help.
  const isRefused = session.step === 'bank' && kind === 'refused'
  await owner.fail(session, refusedUs ? 'refused_us' : isRefused ? 'refused' : 'unavailable', reason)
  if (reason === null) throw error
  return { result: 'not_started', reason, refusedUs }
}

/** The destination of a departing browser: an address at a ledger, or a bank, which needs the person's details. */
type Destination = { session: Departing } & (
  | { to: 'ledger'; ledger: LedgerConnector; redirectUrl: string; verifierSealed: string }
  | ({ to: 'bank'; bank: BankConnector } & Person)
)

/** The person who goes to a bank, and the practice that asks them to. */
type Person = {
  onboardingId: string
  practiceName: string
  invitation: Awaited<ReturnType<typeof readInvitation>>
}

/**
 * Makes a ledger's address without a call, or reads the person for a bank. A draft has no bank. Returns the failure if
 * the session's provider has no connector any more.
 */
async function destinationOf(
  tx: Tx,
  { banks, ledgers, sealer, publicUrl }: Providers,
  session: Departing,
  state: string,
): Promise<Destination | ProviderFailure> {
  const { id, step, provider, onboardingId } = session
  if (step === 'bank' && onboardingId !== null) {
    const bank = banks.find(provider)
    if (!bank) return notSetUp(provider)
    const [practice, invitation] = await Promise.all([readPagePractice(tx), readInvitation(tx, onboardingId)])
    return { session, to: 'bank', bank, onboardingId, practiceName: practice?.name ?? '', invitation }
  }
  const ledger = ledgers.find(provider)
  if (!ledger) return notSetUp(provider)
  const { redirectUrl, verifier } = await ledger.authorise({ state, redirectUrl: `${publicUrl}/connect/return` })
  return { session, to: 'ledger', ledger, redirectUrl, verifierSealed: sealer.seal(verifier, `session:${id}`) }
}

/** The failures of a provider with which another one may do better. */
const AWAY = new Set<FailureKind>(['unavailable', 'rate_limited', 'misconfigured', 'permission'])

/**
 * Opens the session at its provider and returns the address for the browser. While a bank's provider cannot be reached
 * the session goes over to the next of `alternatives`.
 */
async function outward(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  destination: Destination,
  state: string,
  [next, ...others]: readonly BankRoute[],
): Promise<string> {
  if (destination.to === 'ledger') return destination.redirectUrl
  const { session, bank } = destination
  const inPractice = (work: (tx: Tx) => Promise<void>) => commands.db.inPractice(target.practiceId, work)
  const started = bank.start(bankRequest(providers, bank, session, state, destination))
  try {
    const { externalId, redirectUrl } = await started
    await inPractice((tx) => writeExternalId(tx, session.id, externalId))
    return redirectUrl
  } catch (error) {
    const other = next && providers.banks.find(next.provider)
    if (!other || !(error instanceof ProviderFailure) || !AWAY.has(error.kind)) throw error
    await inPractice((tx) => writeRoute(tx, session.id, next))
    const rerouted = { ...destination, session: { ...session, ...next }, bank: other }
    return outward(commands, providers, target, rerouted, state, others)
  }
}

/** Returns the request for a session at a bank's provider. */
export const bankRequest = (
  { publicUrl }: Pick<Providers, 'publicUrl'>,
  bank: BankConnector,
  { id, institution }: Pick<Departing, 'id' | 'institution'>,
  state: string,
  { onboardingId, practiceName, invitation }: Person,
): BankSessionRequest => ({
  sessionId: id,
  bankId: institution,
  returnUrl: `${publicUrl}/connect/return${bank.returnForm === 'query' ? `?state=${state}` : ''}`,
  hookUrl: `${publicUrl}/hooks/${bank.name}`,
  practiceName,
  user: {
    id: onboardingId,
    name: invitation?.name ?? 'Client',
    // The provider requires an address, also for clients without one. The host is ours: no stranger gets mail.
    email: invitation?.email ?? `client-${onboardingId}@${new URL(publicUrl).hostname}`,
    phone: invitation?.phone ?? null,
  },
})
