import type { Tx } from '../../db/client.ts'
import { deleteMatches, isOneOfSeveral } from '../../db/connections/banks.ts'
import { type Connection, endConnection, leaveSignIn, readConnection } from '../../db/connections/connections.ts'
import { endRenewing } from '../../db/connections/renewals.ts'
import { insertReport } from '../../db/onboardings/clientReports.ts'
import type { Actor } from '../../domain/events.ts'
import type { Instant } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type Commands, execute, type Target } from '../execute.ts'
import { connectionAccess } from './banks/bankAccess.ts'
import { signOutIfLast, withSignIn } from './ledgers/signIns.ts'
import type { Providers } from './sessionOwner.ts'
import { wakeEnded } from './wakeEnded.ts'

/** `endedThere`: the provider ended it too, so the client has nothing left to remove at the bank or in the ledger. */
export type Disconnected =
  | { result: 'disconnected'; endedThere: boolean }
  | { result: 'already' }
  | { result: 'not_found' }

/**
 * Ends one connection. Nothing is read from the moment this is recorded, whatever the provider answers. At a ledger it
 * ends only this organisation and not the sign-in, which other clients may share.
 */
export async function disconnect(
  commands: Commands,
  providers: Providers,
  target: Target,
  actor: Actor,
  connectionId: string,
): Promise<Disconnected> {
  const { practiceId, onboardingId } = target
  const by = actor.type === 'client' ? 'client' : 'staff'
  const ended = await execute<{ result: 'not_found' }, Connection>(commands, target, {
    actor,
    prepare: async (tx) => {
      const connection = await readConnection(tx, connectionId)
      if (connection?.onboardingId !== onboardingId) return { answer: { result: 'not_found' } }
      if (connection.state !== 'connected' && connection.state !== 'lost') return null
      const alongside = async (tx: Tx, now: Instant) => {
        await endConnection(tx, connectionId, by, now)
        await endRenewing(tx, onboardingId, connectionId, now)
        await deleteMatches(tx, [connectionId])
        const text = connection.institutionName ?? connection.provider
        const told = { about: 'stopped_sharing', text, name: null, email: null } as const
        if (by === 'client') await insertReport(tx, practiceId, onboardingId, connectionId, told)
        return connection
      }
      const several = await isOneOfSeveral(tx, connectionId)
      return {
        command: { do: 'disconnect', connectionId, step: connection.kind, by, isOneOfSeveral: several },
        alongside,
        movesSessions: true,
      }
    },
  })
  if (ended.result === 'not_found') return ended
  if (ended.result !== 'changed') return { result: 'already' }
  return { result: 'disconnected', endedThere: await endAtProvider(commands, providers, target, ended.written) }
}

/**
 * Asks the provider to end a connection that ended here, if it can; returns true if it did. Deletes its keys, and its
 * workflow ends.
 */
export async function endAtProvider(
  commands: Commands,
  providers: Providers,
  { practiceId }: Target,
  connection: Connection,
): Promise<boolean> {
  const { db } = commands
  const { id, kind, provider, externalId, signInId } = connection
  try {
    if (kind === 'bank') {
      const bank = providers.banks.of(provider)
      await bank.revoke?.(connectionAccess(providers.sealer, connection))
      return bank.revoke !== undefined
    }
    if (signInId === null) return false
    const ended = await withSignIn(db, providers, practiceId, { signInId, provider }, async (tokens, ledger) => {
      await ledger.disconnect(tokens, externalId)
      return ledger.can.revoke || signOutIfLast(db, practiceId, ledger, tokens, { id, signInId })
    })
    return ended === true
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    return error.kind === 'ended'
  } finally {
    await db.inPractice(practiceId, (tx) => leaveSignIn(tx, id))
    if (kind === 'bank') await wakeEnded(commands, { practiceId, of: 'consent', id })
    else if (signInId !== null) await wakeEnded(commands, { practiceId, of: 'sign_in', id: signInId })
  }
}
