import type { Commands } from '../../commands/execute.ts'
import { askAgain, readSent, takeTextsToAsk } from '../../db/invitations/messages.ts'
import { HOUR_MS, MINUTE_MS } from '../../domain/situation.ts'
import type { DeliveryReport } from '../../providers/email/email.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { SmsProvider, Text } from '../../providers/sms/sms.ts'
import { recordDelivery } from './recordDelivery.ts'

const MOST_TEXTS = 100

/**
 * The ages at which a text without a report is asked about. The network gives up an undeliverable text after ten hours;
 * one without a receipt after a day stays "sent, without a receipt".
 */
const ASKED_AT_AGES_MS = [2 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 11 * HOUR_MS, 24 * HOUR_MS]
const WHEN_AWAY_MS = 10 * MINUTE_MS

/** Returns a text as it was sent; null if it never was or its client is erased. */
export type ReadText = (practiceId: string, messageId: string) => Promise<Text | null>

/**
 * Asks the provider about texts without a report, as after our callback address was away, and records the answer. If
 * the answer to the send was lost too, the text is looked for in the provider's list. A failure goes to `onError`,
 * stops no other, and is asked about again. Returns the number of reports.
 */
export async function askTexts(
  commands: Commands,
  sms: SmsProvider,
  readText: ReadText,
  onError: (messageId: string, error: unknown) => void,
): Promise<number> {
  let reported = 0
  for (const { practiceId, messageId } of await takeTextsToAsk(commands.db, ASKED_AT_AGES_MS, MOST_TEXTS)) {
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
