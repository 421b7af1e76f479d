import { openAsks } from './connections/bankAsks.ts'
import type { MessageFact } from './messageFacts.ts'
import { MESSAGES } from './messages.ts'
import { seriesAt } from './reminders.ts'
import { type Facts, type Instant, stateOf, statusAt, stepOf } from './situation.ts'

/** Returns true if an unsent message is still worth sending. Called under the row lock before every attempt. */
export function isWanted(facts: Facts, message: Pick<MessageFact, 'purpose' | 'generation'>, now: Instant): boolean {
  const { wanted } = MESSAGES[message.purpose]
  if (facts.erased || (wanted.in && !wanted.in.includes(statusAt(facts, now)))) return false
  if (wanted.current && message.generation !== facts.invitation?.generation) return false
  switch (wanted.while) {
    case undefined:
      return true
    case 'bank_open': {
      const bank = stepOf(facts, 'bank')
      return stateOf(bank) === 'open' && bank.phase === null
    }
    case 'bank_asked':
      return openAsks(facts).some(({ stoppedAt = null }) => stoppedAt === null)
    case 'renewal_asked':
      return facts.asksRenewal === true
    case 'client_series':
      return isRunning(facts, 'client', now)
    case 'staff_series':
      return isRunning(facts, 'staff', now)
  }
}

/** Returns true if the series of the last reminder still runs and no snooze holds reminders back. */
function isRunning(facts: Facts, kind: 'client' | 'staff', now: Instant): boolean {
  if (facts.snoozedUntil !== null && facts.snoozedUntil > now) return false
  return seriesAt(facts, now).some((series) => series.kind === kind && series.key === facts.reminded[kind]?.series)
}
