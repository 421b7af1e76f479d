import {
  type AuthSession,
  countPoll,
  isUnconfirmed,
  readSession,
  writeNextPoll,
} from '../../db/connections/sessions.ts'
import { lockFacts } from '../../db/onboardings/facts.ts'
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../domain/situation.ts'
import type { BankConnector, BankSessionStatus } from '../../providers/bank/bank.ts'
import type { Connectors } from '../../providers/connectors.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type Commands, resettle, type Target, transact } from '../execute.ts'

/** The time for which the bank is asked about a session after the departure. */
export const BANK_SESSION_MS = DAY_MS

/** The times after the departure at which a session is polled. Reports usually come earlier. */
const POLLS_MS = [15 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS]

/** The most polls of a session: at the times above, after reports and at its end. Providers allow no more. */
const MOST_POLLS = 4

/**
 * The pause before a poll that should find an approval, after a report or a confirmation. The client usually returns
 * within it, and the return in their browser counts more than a poll.
 */
export const SOON_MS = MINUTE_MS

/** Returns the instant of the next poll after `now`; the end of the session if no other is left. */
export function nextPollAt(expiresAt: Instant, now: Instant): Instant {
  const departedAt = expiresAt - BANK_SESSION_MS
  return POLLS_MS.map((ms) => departedAt + ms).find((at) => at > now) ?? expiresAt
}

/**
 * Asks the bank without a person if the day's limit allows it. The poll is counted before it is made, so that one that
 * breaks off counts too. Returns `pending` also if the bank was not asked or did not answer.
 */
export async function statusByPoll(
  commands: Commands,
  banks: Connectors<BankConnector>,
  target: Target,
  session: AuthSession,
  externalId: string,
): Promise<BankSessionStatus> {
  const mayAsk = await transact(commands, target.practiceId, async (unit) => {
    const { tx } = unit
    const before = await lockFacts(tx, target.onboardingId)
    const current = await readSession(tx, session.id)
    if (!before || current?.status !== 'pending' || isUnconfirmed(current)) return false
    const isAllowed = current.polls < MOST_POLLS
    if (isAllowed) await countPoll(tx, session.id)
    await writeNextPoll(tx, session.id, nextPollAt(current.expiresAt, before.now))
    await resettle(unit, before, target.run !== undefined)
    return isAllowed
  })
  if (!mayAsk) return { state: 'pending' }
  try {
    return await banks.of(session.provider).status(externalId, null)
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
