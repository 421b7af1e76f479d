import type { Database } from '../../../db/client.ts'
import type { Connection } from '../../../db/connections/connections.ts'
import { type AuthSession, lockTrip, readSession, writeGrant } from '../../../db/connections/sessions.ts'
import type { StepReason } from '../../../domain/situation.ts'
import type { BankAccess, BankFailure, BankSessionStatus } from '../../../providers/bank/bank.ts'
import type { Sealer } from '../../../providers/seal.ts'
import type { Providers } from '../sessionOwner.ts'

/**
 * Returns the access of a session: the taken grant, else the session's id at the provider; null before the provider
 * gave one.
 */
export function sessionAccess(
  sealer: Sealer,
  { id, externalId, grantSealed }: Pick<AuthSession, 'id' | 'externalId' | 'grantSealed'>,
): BankAccess | null {
  if (grantSealed !== null) return JSON.parse(sealer.open(grantSealed, `session:${id}`)) as BankAccess
  return externalId === null ? null : { externalId, secret: null }
}

export const connectionAccess = (
  sealer: Sealer,
  { id, externalId, secretSealed }: Pick<Connection, 'id' | 'externalId' | 'secretSealed'>,
): BankAccess => ({ externalId, secret: secretSealed === null ? null : sealer.open(secretSealed, `bank:${id}`) })

export const sealSecret = (sealer: Sealer, connectionId: string, { secret }: BankAccess): string | null =>
  secret === null ? null : sealer.seal(secret, `bank:${connectionId}`)

/** The reason beside the step for a failure that a provider reports. */
export const reasonOf = ({ family }: BankFailure): StepReason => (family === 'stopped' ? 'cancelled' : family)

const TOO_LATE: BankFailure = { family: 'stopped', reason: 'The approval at the bank came too late to be used.' }

/**
 * Asks the provider for the state of a session. Where the approval has an access to take, takes it first. Throws
 * ProviderFailure.
 */
export async function askBank(
  db: Database,
  providers: Providers,
  practiceId: string,
  session: AuthSession,
  userIp: string | null,
): Promise<BankSessionStatus> {
  const access = sessionAccess(providers.sealer, session)
  if (!access) return { state: 'pending' }
  const bank = providers.banks.of(session.provider)
  const status = await bank.status(access, userIp)
  if (status.state !== 'approved') return status
  const taken = await takeAccess(db, providers, practiceId, session.id)
  return taken ? bank.status(taken, userIp) : { state: 'failed', failure: TOO_LATE }
}

/**
 * Takes the access of an approved session and stores it before anything uses it. It can be taken once, so of a return,
 * a poll and a report that come together the others wait here. A process that dies in between loses it: the session
 * then fails, and its person starts again.
 */
async function takeAccess(
  db: Database,
  { banks, sealer }: Providers,
  practiceId: string,
  sessionId: string,
): Promise<BankAccess | null> {
  return db.inPractice(practiceId, async (tx) => {
    await lockTrip(tx, sessionId)
    const session = await readSession(tx, sessionId)
    if (!session?.externalId) return null
    if (session.grantSealed !== null) return sessionAccess(sealer, session)
    const access = (await banks.of(session.provider).takeAccess?.(session.externalId)) ?? null
    if (access) await writeGrant(tx, sessionId, sealer.seal(JSON.stringify(access), `session:${sessionId}`))
    return access
  })
}
