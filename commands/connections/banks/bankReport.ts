import { hastenLook } from '../../../db/connections/living.ts'
import { hastenPoll, isUnconfirmed, readSession } from '../../../db/connections/sessions.ts'
import { noteProviderEvent } from '../../../db/invitations/messages.ts'
import { lockFacts } from '../../../db/onboardings/facts.ts'
import { resolveBankTrip } from '../../../db/resolve.ts'
import type { BankConnector, BankReport } from '../../../providers/bank/bank.ts'
import { ProviderFailure } from '../../../providers/failure.ts'
import { type Commands, executeIn, resettle, transact } from '../../execute.ts'
import { failing } from '../onboardingOwner.ts'
import { SOON_MS } from '../polling.ts'
import { reasonOf } from './bankAccess.ts'

/**
 * The outcome of a report. `forgotten`: it approves something that no session waits for, such as a session whose start
 * was never answered. `unknown`: it concerns nothing of ours.
 */
export type Reported = 'recorded' | 'repeated' | 'forgotten' | 'unknown'

/**
 * Records a report of the bank provider, once. A failure ends the session with its reason. An authorisation is only a
 * hint: the session is polled soon to confirm it.
 */
export async function recordBankReport(commands: Commands, bank: BankConnector, report: BankReport): Promise<Reported> {
  if (report.isOfConnection) {
    return (await hastenLook(commands.db.sql, bank.name, report.externalId)) ? 'recorded' : 'unknown'
  }
  const owned = await resolveBankTrip(commands.db, bank.name, report)
  if (!owned) return 'unknown'
  const { practiceId, onboardingId, id } = owned
  const target = { practiceId, onboardingId }
  const reported = await transact<Reported>(commands, practiceId, async (unit) => {
    const { tx } = unit
    const before = await lockFacts(tx, onboardingId)
    const session = await readSession(tx, id)
    if (!before || !session) return 'unknown'
    if (!(await noteProviderEvent(tx, practiceId, bank.name, report.eventId))) return 'repeated'
    const isCurrent = session.externalId === report.externalId && session.status !== 'failed'
    if (!isCurrent) return report.failure ? 'recorded' : 'forgotten'
    // A report about an existing connection is a hint that it changed.
    if (session.status === 'done') {
      await hastenLook(tx, bank.name, report.externalId)
      return 'recorded'
    }
    if (report.failure) {
      const { failure } = report
      await executeIn(unit, target, failing(target, session, reasonOf(failure), failure.reason))
      return 'recorded'
    }
    // The session is settled, or waits for a confirmation on our page; then there is nothing to poll.
    if (session.status !== 'pending' || isUnconfirmed(session)) return 'recorded'
    await hastenPoll(tx, id, before.now + SOON_MS)
    await resettle(unit, before)
    return 'recorded'
  })
  if (reported === 'forgotten') await endThere(bank, report.externalId)
  return reported
}

/** Ends an approval at the provider that no session waits for, if its connector can. */
async function endThere(bank: BankConnector, externalId: string): Promise<void> {
  try {
    await bank.revoke?.({ externalId, secret: null })
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
  }
}
