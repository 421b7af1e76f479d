import { hastenPoll, isUnconfirmed, readSession } from '../../db/connections/sessions.ts'
import { noteProviderEvent } from '../../db/invitations/messages.ts'
import { lockFacts } from '../../db/onboardings/facts.ts'
import { resolveBankTrip } from '../../db/resolve.ts'
import type { BankConnector, BankReport } from '../../providers/bank/bank.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type Commands, executeIn, resettle, transact } from '../execute.ts'
import { failing } from './onboardingOwner.ts'
import { SOON_MS } from './polling.ts'

/**
 * What became of a report. `forgotten`: something was approved that no trip of ours waits for, such as one whose opening
 * was never answered. `unknown`: it is about nothing of ours.
 */
export type Reported = 'recorded' | 'repeated' | 'forgotten' | 'unknown'

/**
 * Records what a bank's provider reports about a trip, once per report. A failure ends the trip now, with its reason. An
 * authorisation is a hint: the trip is polled soon, which confirms it.
 */
export async function recordBankReport(commands: Commands, bank: BankConnector, report: BankReport): Promise<Reported> {
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
    if (report.failure) {
      const { family, reason } = report.failure
      await executeIn(unit, target, failing(target, session, family === 'stopped' ? 'cancelled' : family, reason))
      return 'recorded'
    }
    // Settled, or somebody has to say yes first: nothing is asked then.
    if (session.status !== 'pending' || isUnconfirmed(session)) return 'recorded'
    await hastenPoll(tx, id, before.now + SOON_MS)
    await resettle(unit, before)
    return 'recorded'
  })
  if (reported === 'forgotten') await endThere(bank, report.externalId)
  return reported
}

/** Ends at the provider what nobody waits for, as far as its connector can. */
async function endThere(bank: BankConnector, externalId: string): Promise<void> {
  try {
    await bank.revoke?.(externalId)
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
  }
}
