import type { Tx } from '../../db/client.ts'
import type { AuthSession, NewSession } from '../../db/connections/sessions.ts'
import type { CommandOf, Refusal } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import type { Instant, StepReason } from '../../domain/situation.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import type { Sealer } from '../../providers/seal.ts'
import type { Prepared, Target } from '../execute.ts'
import type { LedgerChoice } from './ledgerConnection.ts'

/** What trips to banks and ledgers need besides the commands. */
export type Providers = { bank: BankConnector; ledger: LedgerConnector; sealer: Sealer; publicUrl: string }

/** Whose trip it is: an onboarding's, or a draft's whose client is still to be made. */
export type SessionTarget = Target | DraftTarget
export type DraftTarget = { practiceId: string; draftId: string }

/** Whose a session is. */
export type Opener = Pick<AuthSession, 'openedBy' | 'linkId'> & { openerId?: string | null }

/** In whose name a session goes on: the client's, or that of the colleague who made its address, whoever uses that. */
export function actorOf({ openedBy, openerId = null, linkId }: Opener): Actor {
  if (openedBy === 'client') return { type: 'client', id: linkId }
  return { type: openedBy === 'support' ? 'support' : 'staff', id: openerId }
}

/** A session as far as its failure is recorded. */
export type Failing = Pick<AuthSession, 'id' | 'step' | 'provider'>

/** How a move ended: as the outcome of a command. */
export type Moved<W> =
  | { result: 'changed'; written: W }
  | { result: 'refused'; refusal: Refusal }
  | { result: 'unchanged' }
  | { result: 'too_early' }
  | { result: 'not_found' }

/** Reads under the lock what a move needs: as `prepare` of a command. */
export type Moving<A, W> = (tx: Tx, now: Instant) => Promise<Prepared<W> | { answer: A } | null>

/** How connecting what was chosen ended. `linked_elsewhere`: another client has it. `ended`: the owner has. */
export type LedgerConnected =
  | { is: 'connected'; name: string; repeated: false }
  | { is: 'linked_elsewhere'; name: string }
  | { is: 'ended' }

/** The onboarding or draft that a trip to a provider is for. Once it has ended, nothing starts and nothing is stored. */
export type SessionOwner = {
  /** The columns of a session that name it. */
  ids: Pick<NewSession, 'onboardingId' | 'draftId'>
  /** Reads its time and why a session may not start; null when it is gone. */
  look(tx: Tx, start: CommandOf<'start_session'>): Promise<{ now: Instant; refusal: Refusal | null } | null>
  /** Locks it, so that of two returns one moves the session. */
  lock(tx: Tx): Promise<unknown>
  /** Reads the name its ledger organisation should have; null where it takes its own name from the ledger. */
  expectedName(tx: Tx): Promise<string | null>
  /** Moves a session on under the lock: writes what `prepare` returns, and of an onboarding records its command. */
  move<A = never, W = unknown>(actor: Actor, prepare: Moving<A, W>): Promise<Moved<W> | A>
  /** Ends a session without a connection, and keeps why. Idempotent. */
  fail(session: Failing, reason: StepReason, words: string | null): Promise<void>
  /** Connects the chosen ledger organisation; a draft holds it until it becomes a client. */
  connect(providers: Providers, session: AuthSession, choice: LedgerChoice, actor: Actor): Promise<LedgerConnected>
}
