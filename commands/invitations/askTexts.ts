import { askAgain, readProviderId, takeTextsToAsk } from '../../db/invitations/messages.ts'
import { HOUR_MS, MINUTE_MS } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { SmsProvider } from '../../providers/sms/sms.ts'
import type { Commands } from '../execute.ts'
import { recordDelivery } from './recordDelivery.ts'

const MOST_AT_ONCE = 100

/**
 * How old a text is when it is asked about, until a report says how it ended. A text that the network cannot deliver is
 * given up after ten hours; one without a receipt after a day stays "sent, without a receipt".
 */
const ASKED_AT_AGES_MS = [2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 11 * HOUR_MS, 24 * HOUR_MS]
const WHEN_AWAY_MS = 10 * MINUTE_MS

/**
 * Asks the provider about texts whose reports did not come, as when our address was away, and records what it says. One
 * that cannot be asked about stops no other and goes to `onError`; it is asked about again. Returns the number of reports.
 */
export async function askTexts(
  commands: Commands,
  sms: SmsProvider,
  onError: (messageId: string, error: unknown) => void,
): Promise<number> {
  let reported = 0
  for (const { practiceId, messageId } of await takeTextsToAsk(commands.db, ASKED_AT_AGES_MS, MOST_AT_ONCE)) {
    try {
      const providerId = await commands.db.inPractice(practiceId, (tx) => readProviderId(tx, messageId))
      const report = providerId === null ? null : await sms.fetchReport(providerId)
      if (report && (await recordDelivery(commands, sms.name, { ...report, messageId }))) reported += 1
    } catch (error) {
      onError(messageId, error)
      const isAway = error instanceof ProviderFailure && ['unavailable', 'rate_limited'].includes(error.kind)
      if (isAway) await commands.db.inPractice(practiceId, (tx) => askAgain(tx, messageId, WHEN_AWAY_MS))
    }
  }
  return reported
}
