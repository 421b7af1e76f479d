import { type AuthSession, moveSession } from '../../../db/connections/sessions.ts'
import type { Actor } from '../../../domain/events.ts'
import { type Instant, MINUTE_MS, type StepReason } from '../../../domain/situation.ts'
import type { LedgerOrganisation } from '../../../providers/ledger/ledger.ts'
import type { Commands } from '../../execute.ts'
import { type Providers, type SessionTarget, sessionActor } from '../sessionOwner.ts'
import { ownerOf } from '../sessions.ts'
import { openGrant } from './grants.ts'

/** The state of a ledger session. `choose` and `check` wait for the client; nothing is connected until then. */
export type LedgerResult =
  | { is: 'connected'; name: string | null; repeated: boolean }
  | { is: 'choose'; reached: LedgerOrganisation[] }
  | { is: 'check'; chosen: LedgerOrganisation }
  | { is: 'checking'; chosen: LedgerOrganisation } // the practice does
  | { is: 'linked_elsewhere'; name: string }
  | { is: 'failed'; reason: StepReason; words: string | null; repeated: boolean }
  | { is: 'ended' }
  | { is: 'unknown' }

/** The time after which an unfinished code exchange counts as failed and another session may be opened. */
const EXCHANGE_MS = MINUTE_MS

export const isExchangeLost = ({ statusAt }: Pick<AuthSession, 'statusAt'>, now: Instant): boolean =>
  now - statusAt > EXCHANGE_MS

/** Returns the state of a session without asking the ledger, also for pages that are opened again. */
export async function standing(
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
  if (session.status === 'exchanging' && isExchangeLost(session, Date.now())) {
    return fail(commands, target, session, 'unavailable', 'The sign-in was not finished in time.')
  }
  if (session.status !== 'failed') return { is: 'unknown' }
  if (session.failure === 'ended') return { is: 'ended' }
  return { is: 'failed', reason: session.failure as StepReason, words: session.failureReason, repeated: true }
}

export async function fail(
  commands: Commands,
  target: SessionTarget,
  session: AuthSession,
  reason: StepReason,
  words: string | null,
): Promise<LedgerResult> {
  await ownerOf(commands, target).fail(session, reason, words)
  return { is: 'failed', reason, words, repeated: false }
}

/** Makes the session wait for the client's choice or confirmation. */
export async function ask(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  session: AuthSession,
  phase: 'choose_organisation' | 'check_organisation',
  result: LedgerResult,
  actor: Actor = sessionActor(session),
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
