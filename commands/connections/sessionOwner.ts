import type { Tx } from '../../db/client.ts'
import type { AuthSession, NewSession } from '../../db/connections/sessions.ts'
import type { CommandOf } from '../../domain/commands.ts'
import type { BusinessIdentity } from '../../domain/connections/matching.ts'
import type { Actor } from '../../domain/events.ts'
import type { Refusal } from '../../domain/refusals.ts'
import type { Instant, StepReason } from '../../domain/situation.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import type { Connectors } from '../../providers/connectors.ts'
import type { LedgerConnector, ReachedOrganisation } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import type { Prepared, Target } from '../execute.ts'
import type { HandOverTarget } from './ledgers/handOver.ts'
import type { LedgerChoice } from './ledgers/ledgerConnection.ts'
import type { SignInOf } from './ledgers/signIns.ts'

/** The providers and keys that sessions need besides the commands. */
export type Providers = {
  banks: Connectors<BankConnector>
  ledgers: Connectors<LedgerConnector>
  sealer: Sealer
  publicUrl: string
}

/**
 * The owner of a session: an onboarding, the draft of a client who is not created yet, or a request to take over the
 * clients of a sign-in.
 */
export type SessionTarget = Target | DraftTarget | HandOverTarget
export type DraftTarget = { practiceId: string; draftId: string }

/** The opener of a session. */
type Opener = Pick<AuthSession, 'openedBy' | 'linkId'> & { openerId?: string | null }

/** Returns the actor of a session: the client, or the colleague who made its address, whoever uses it. */
export function sessionActor({ openedBy, openerId = null, linkId }: Opener): Actor {
  if (openedBy === 'client') return { type: 'client', id: linkId }
  return { type: openedBy === 'support' ? 'support' : 'staff', id: openerId }
}

/** A session with its sign-in at a ledger. */
export type SignedIn = AuthSession & { signInId: string }

/** The part of a session that recording its failure needs. */
export type Failing = Pick<AuthSession, 'id' | 'step' | 'provider'>

/** The outcome of a move, shaped like the outcome of a command. */
export type Moved<W> =
  | { result: 'changed'; written: W }
  | { result: 'refused'; refusal: Refusal }
  | { result: 'unchanged' }
  | { result: 'too_early' }
  | { result: 'not_found' }

/** Prepares a move under the lock, like the `prepare` of a command. */
export type Moving<A, W> = (tx: Tx, now: Instant) => Promise<Prepared<W> | { answer: A } | null>

/** The outcome of connecting the choice. `linked_elsewhere`: another client has it. `ended`: the owner has ended. */
export type LedgerConnected =
  | { is: 'connected'; name: string; repeated: false }
  | { is: 'linked_elsewhere'; name: string }
  | { is: 'ended' }

/** The onboarding, draft or request that a session belongs to. Once it has ended, nothing starts and nothing is stored. */
export type SessionOwner = {
  /** The columns of a session that name the owner. */
  ids: Pick<NewSession, 'onboardingId' | 'draftId' | 'handOverId'>
  /** Reads the owner's time and the refusal to start a session; null if the owner is gone. */
  standing(tx: Tx, start: CommandOf<'start_session'>): Promise<{ now: Instant; refusal: Refusal | null } | null>
  /** Locks the owner, so that only one of two returns moves the session. */
  lock(tx: Tx): Promise<unknown>
  /** Reads the business that the ledger organisation must be; null if the owner takes its name from the ledger. */
  expected(tx: Tx): Promise<BusinessIdentity | null>
  /** Moves a session under the lock: writes what `prepare` returns and, for an onboarding, records its command. */
  move<A = never, W = unknown>(actor: Actor, prepare: Moving<A, W>): Promise<Moved<W> | A>
  /** Ends a session without a connection and stores the reason. Idempotent. */
  fail(session: Failing, reason: StepReason, words: string | null): Promise<void>
  /** Connects the chosen ledger organisation; a draft holds it until it becomes a client. */
  connect(providers: Providers, session: SignedIn, choice: LedgerChoice, actor: Actor): Promise<LedgerConnected>
  /**
   * Takes over what the sign-in reaches, where nothing is to be chosen from it; false if nothing is left to take over.
   * Absent for owners whose return chooses.
   */
  takeOver?(
    providers: Providers,
    session: AuthSession,
    signIn: SignInOf,
    reached: ReachedOrganisation[],
  ): Promise<boolean>
}
