import type { Commands } from '../../commands/execute.ts'
import { askAgain, readSent, takeTextsToAsk } from '../../db/invitations/messages.ts'
import { HOUR_MS, MINUTE_MS } from '../../domain/situation.ts'
import type { DeliveryReport } from '../../providers/email/email.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { SmsProvider, Text } from '../../providers/sms/sms.ts'
import { recordDelivery } from './recordDelivery.ts'

const MOST_AT_ONCE = 100

/**
 * How old a text is when it is asked about, until a report says how it ended. A text that the network cannot deliver is
 * given up after ten hours; one without a receipt after a day stays "sent, without a receipt".
 */
const ASKED_AT_AGES_MS = [2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 11 * HOUR_MS, 24 * HOUR_MS]
const WHEN_AWAY_MS = 10 * MINUTE_MS

/** Makes a text as it left; null when it never did, or its client is erased. */
export type ReadText = (practiceId: string, messageId: string) => Promise<Text | null>

/**
 * Asks the provider about texts whose reports did not come, as when our address was away, and records what it says. A text
 * whose answer was lost, too, is looked for in the provider's list. One that cannot be asked about stops no other and goes
 * to `onError`; it is asked about again. Returns the number of reports.
 */
export async function askTexts(
  commands: Commands,
  sms: SmsProvider,
  readText: ReadText,
  onError: (messageId: string, error: unknown) => void,
): Promise<number> {
  let reported = 0
  for (const { practiceId, messageId } of await takeTextsToAsk(commands.db, ASKED_AT_AGES_MS, MOST_AT_ONCE)) {
    try {
      const report = await reportOn(commands, sms, readText, practiceId, messageId)
      if (report && (await recordDelivery(commands, sms.name, { ...report, messageId }))) reported += 1
    } catch (error) {
      onError(messageId, error)
      const isAway = error instanceof ProviderFailure && ['unavailable', 'rate_limited'].includes(error.kind)
      if (isAway) await commands.db.inPractice(practiceId, (tx) => askAgain(tx, messageId, WHEN_AWAY_MS))
    }
  }
  return reported
}

async function reportOn(
  { db }: Commands,
  sms: SmsProvider,
  readText: ReadText,
  practiceId: string,
  messageId: string,
): Promise<DeliveryReport | null> {
  const sent = await db.inPractice(practiceId, (tx) => readSent(tx, messageId))
  if (!sent) return null
  if (sent.providerId !== null) return sms.fetchReport(sent.providerId)
  const text = await readText(practiceId, messageId)
  return text && sms.findSent(text, sent.claimedAt)
}
