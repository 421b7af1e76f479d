import { type Connection, readConnection } from '../../db/connections/connections.ts'
import { isUnansweredFor, readSignIn, takeLooks, writeHealth } from '../../db/connections/living.ts'
import type { LossReason } from '../../domain/connections/connectionLife.ts'
import { HOUR_MS } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { LedgerAccount } from '../../providers/ledger/ledger.ts'
import type { Commands } from '../execute.ts'
import { settleAgain } from '../settleTurned.ts'
import { connectionAccess } from './banks/bankAccess.ts'
import { type Look, noteAccounts, standingAccounts } from './banks/missingAccounts.ts'
import { loseConnection, recoverConnection } from './connectionHealth.ts'
import { asAccount } from './ledgers/ledgerConnection.ts'
import { withSignIn } from './ledgers/signIns.ts'
import type { Providers } from './sessionOwner.ts'

/** The most looks of one pass, and those made side by side. A day has room for 280,000. */
const MOST_LOOKS = 200
const SIDE_BY_SIDE = 4
/** The time after which a provider that still asks us to slow down has a quota that is used up. */
const QUOTA_MS = HOUR_MS

/** The result of a look; `words` is a sentence for staff. `failure`: why the provider gave no answer. */
type Seen =
  | { health: 'working'; accessUntil: Date | null; accounts?: LedgerAccount[]; look?: Look }
  | { health: 'unanswered'; failure: ProviderFailure }
  | { health: LossReason; words: string }

const NOT_SHARED = 'The access to this bank has ended.'

/**
 * Looks at the connections that are due and records what changed. A failure goes to `onError` and stops no other, as does,
 * once for each provider, one that refuses Embark. Returns the number looked at.
 */
export async function lookAtConnections(
  commands: Commands,
  providers: Providers,
  onError: (connectionId: string, error: unknown) => void,
): Promise<number> {
  const due = await takeLooks(commands.db, MOST_LOOKS)
  const waiting = due.values()
  const refusing = new Map<string, { id: string; refusal: ProviderFailure }>()
  const work = async () => {
    for (const { practiceId, id } of waiting) {
      try {
        const refusal = await lookAt(commands, providers, practiceId, id)
        if (refusal) refusing.set(refusal.provider, { id, refusal })
      } catch (error) {
        onError(id, error)
      }
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work))
  for (const { id, refusal } of refusing.values()) onError(id, refusal)
  return due.length
}

/**
 * Looks at one connection now and records what changed. Does nothing for one that has ended. Returns the failure of a
 * provider that refuses Embark itself, which an operator must mend.
 */
export async function lookAt(
  commands: Commands,
  providers: Providers,
  practiceId: string,
  id: string,
): Promise<ProviderFailure | null> {
  const { db } = commands
  const connection = await db.inPractice(practiceId, (tx) => readConnection(tx, id))
  if (!connection || !isStanding(connection)) return null
  const seen = await see(commands, providers, practiceId, connection)
  if (!seen) return null
  if (seen.health !== 'unanswered') {
    await record(commands, practiceId, connection, seen)
    return null
  }
  const { failure } = seen
  const isRefusal = failure.kind === 'misconfigured' || failure.kind === 'refused'
  return db.inPractice(practiceId, async (tx) => {
    // One that is lost stays so while its provider does not answer.
    if ((await readConnection(tx, id))?.state !== 'connected') return null
    const isOverQuota = failure.kind === 'rate_limited' && (await isUnansweredFor(tx, id, QUOTA_MS))
    const isForOperator = isRefusal || isOverQuota
    await writeHealth(tx, id, 'unanswered', { why: isForOperator ? failure.message : null })
    return isForOperator ? failure : null
  })
}

/** Records what a provider said of a connection that stands. */
async function record(
  commands: Commands,
  practiceId: string,
  connection: Connection & { onboardingId: string },
  seen: Exclude<Seen, { health: 'unanswered' }>,
): Promise<void> {
  const { db } = commands
  const { id } = connection
  if ('words' in seen && connection.state === 'connected') {
    return loseConnection(commands, practiceId, id, seen.health, seen.words)
  }
  if (seen.health === 'working' && connection.state === 'lost') {
    return recoverConnection(commands, practiceId, id, (seen.accounts ?? []).map(asAccount))
  }
  const isSooner = await db.inPractice(practiceId, async (tx) => {
    const standing = await readConnection(tx, id)
    if (standing?.state !== connection.state) return false
    if ('words' in seen) return writeHealth(tx, id, seen.health, { loss: seen.words })
    return writeHealth(tx, id, 'working', { accessUntil: seen.accessUntil })
  })
  if ('look' in seen && seen.look) await noteAccounts(commands, practiceId, id, seen.look)
  if (!isSooner) return
  await settleAgain(commands, { practiceId, onboardingId: connection.onboardingId })
  // If the engine is away, the next move of its workflow reads the row.
  await commands.engine.wake({ practiceId, of: 'consent', id }, 'signal').catch(() => undefined)
}

const isStanding = ({ state }: Connection): boolean => state === 'connected' || state === 'lost'

/** Asks the provider for a connection. Returns null for one that cannot be asked for. */
async function see(
  commands: Commands,
  providers: Providers,
  practiceId: string,
  connection: Connection,
): Promise<Seen | null> {
  const { db } = commands
  const { kind, provider, tenantId, signInId } = connection
  try {
    if (kind === 'bank') {
      const stood = await standingAccounts(commands, practiceId, connection.id)
      const status = await providers.banks.of(provider).status(connectionAccess(providers.sealer, connection), null)
      if (status.state === 'authorised') {
        const { accounts, isPart = false, accessUntil } = status
        return { health: 'working', accessUntil, look: { accounts, isPart, stood } }
      }
      // A connection that is no longer authorised has ended.
      return { health: 'ended', words: status.state === 'failed' ? status.failure.reason : NOT_SHARED }
    }
    if (signInId === null || tenantId === null) return null
    const accounts = await withSignIn(db, providers, practiceId, { signInId, provider }, (tokens, ledger) =>
      ledger.bankAccounts(tokens, tenantId),
    )
    return accounts && { health: 'working', accessUntil: null, accounts }
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    const { kind: failure, message: words } = error
    if (failure === 'permission') return { health: kind === 'bank' ? 'ended' : 'permission', words }
    if (failure !== 'ended') return { health: 'unanswered', failure: error }
    const signIn = signInId && (await db.inPractice(practiceId, (tx) => readSignIn(tx, signInId)))
    return { health: signIn && signIn.facts.endedAt !== null ? 'sign_in_ended' : 'ended', words }
  }
}
