import {
  type AuthSession,
  countPoll,
  isUnconfirmed,
  readSession,
  writeNextPoll,
} from '../../db/connections/sessions.ts'
import { lockFacts } from '../../db/onboardings/facts.ts'
import { DAY_MS, type Instant, MINUTE_MS } from '../../domain/situation.ts'
import type { BankConnector, BankSessionStatus } from '../../providers/bank/bank.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type Commands, resettle, type Target, transact } from '../execute.ts'
import { askBank } from './banks/bankAccess.ts'
import type { Providers } from './sessionOwner.ts'

/** The time for which the bank is asked about a session after the departure. */
export const BANK_SESSION_MS = DAY_MS

/**
 * The pause before a poll that should find an approval, after a report or a confirmation. The client usually returns
 * within it, and the return in their browser counts more than a poll.
 */
export const SOON_MS = MINUTE_MS

/** Returns the instant of the next poll after `now`; the end of the session if the connector names no other. */
export function nextPollAt({ polling }: Pick<BankConnector, 'polling'>, expiresAt: Instant, now: Instant): Instant {
  const departedAt = expiresAt - BANK_SESSION_MS
  return polling.afterMs.map((ms) => departedAt + ms).find((at) => at > now) ?? expiresAt
}

/**
 * Returns true if the limit of its polls allows asking the bank without a person. The poll is counted before it is made, so
 * that one that breaks off counts too.
 */
export const mayPoll = (
  commands: Commands,
  bank: BankConnector,
  target: Target,
  session: Pick<AuthSession, 'id'>,
): Promise<boolean> =>
  transact(commands, target.practiceId, async (unit) => {
    const { tx } = unit
    const before = await lockFacts(tx, target.onboardingId)
    const current = await readSession(tx, session.id)
    if (!before || current?.status !== 'pending' || isUnconfirmed(current)) return false
    const isAllowed = current.polls < bank.polling.most
    if (isAllowed) await countPoll(tx, session.id)
    await writeNextPoll(tx, session.id, nextPollAt(bank, current.expiresAt, before.now))
    await resettle(unit, before, target.run !== undefined)
    return isAllowed
  })

/** Asks the bank without a person. Returns `pending` also if the bank was not asked or did not answer. */
export async function statusByPoll(
  commands: Commands,
  providers: Providers,
  target: Target,
  session: AuthSession,
): Promise<BankSessionStatus> {
  const bank = providers.banks.find(session.provider)
  if (!bank || !(await mayPoll(commands, bank, target, session))) return { state: 'pending' }
  try {
    return await askBank(commands.db, providers, target.practiceId, session, null)
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    // The provider's daily limit is reached: the next poll is at the session's end, a day later.
    if (error.kind === 'rate_limited') {
      await transact(commands, target.practiceId, async (unit) => {
        const { tx } = unit
        const before = await lockFacts(tx, target.onboardingId)
        await writeNextPoll(tx, session.id, session.expiresAt)
        if (before) await resettle(unit, before, target.run !== undefined)
      })
    }
    return { state: 'pending' }
  }
}
