import type { MessageCause, MessageFact, MessageState } from '../messageFacts.ts'
import { DAY_MS, type Instant } from '../situation.ts'

/** The delivery states of the present invitation through one channel, as lists show them. */
export const DELIVERIES = [
  'queued',
  'sent',
  'delivered',
  'delayed',
  'bounced',
  'failed',
  'blocked',
  'complained',
  'opted_out',
  'unknown',
  'no_receipt',
  'not_sent',
  'used',
] as const
export type Delivery = (typeof DELIVERIES)[number]

const WORD: Record<MessageState, Delivery> = {
  queued: 'queued',
  sending: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  delayed: 'delayed',
  bounced: 'bounced',
  failed: 'failed',
  suppressed: 'blocked',
  complained: 'complained',
  unknown: 'unknown',
  withdrawn: 'not_sent',
}

/** Returns why a message did not arrive, in words; null if nothing is known. `reason`: the provider's words. */
export function reasonWords({ reason, cause }: { reason: string | null; cause: MessageCause | null }): string | null {
  switch (cause) {
    case 'mail':
      return `${reason ?? ''} (the address is fine)`.trim()
    case 'moment':
      return `${reason ?? ''} (sent once more)`.trim()
    case 'overtaken':
      return 'It was no longer needed while it was being sent.'
    case 'known_address':
      return 'This address already belongs to someone on Embark.'
    case 'opted_out':
      return 'they asked for no more texts'
    case null:
      return reason
  }
}

/**
 * Returns true if a text was sent more than a day ago without a delivery report. Some networks send none; until then
 * the provider is asked for it.
 */
export const lacksReceipt = (m: Pick<MessageFact, 'channel' | 'state' | 'stateAt'>, now: Instant): boolean =>
  m.channel === 'sms' && m.state === 'sent' && now > m.stateAt + DAY_MS

/** Returns the delivery state of a message. `isSilent`: it is a text that lacks its receipt. */
export const deliveryWord = ({ state, cause }: Pick<MessageFact, 'state' | 'cause'>, isSilent: boolean): Delivery =>
  isSilent ? 'no_receipt' : cause === 'opted_out' ? 'opted_out' : WORD[state]
