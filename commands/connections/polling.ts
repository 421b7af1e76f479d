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
import { ProviderFailure } from '../../providers/failure.ts'
import { type Commands, resettle, type Target, transact } from '../execute.ts'

/** How long a bank is asked about a session after somebody set out with it. */
export const BANK_SESSION_MS = DAY_MS

/** When a session is polled after the departure. Reports come first, and whoever comes back is answered at once. */
const POLLS_MS = [15 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS]

/** How often a session is polled in its day, by the times above, after reports and at its end: providers take no more. */
const MOST_POLLS = 4

/**
 * Pause before a poll that should find an approval: after a report of it, or a yes while the bank was away. Within it
 * whoever approved comes back, in the browser that they approved with, whose return counts more than a poll.
 */
export const SOON_MS = MINUTE_MS

/** Returns the next poll after `now` of a session that ends at `expiresAt`: at its end, when none is left. */
export function nextPollAt(expiresAt: Instant, now: Instant): Instant {
  const departedAt = expiresAt - BANK_SESSION_MS
  return POLLS_MS.map((ms) => departedAt + ms).find((at) => at > now) ?? expiresAt
}

/**
 * Asks the bank without a person, if that is still allowed today: the poll is counted before it is made, so that one
 * that breaks off counts too. Pending also when the bank was not asked or did not answer.
 */
export async function statusByPoll(
  commands: Commands,
  bank: BankConnector,
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
    return await bank.status(externalId, null)
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    // As often as the provider allows in a day: the next poll is a day later, which is the session's end.
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
