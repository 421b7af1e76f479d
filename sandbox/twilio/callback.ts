import { createHmac } from 'node:crypto'
import { credentials } from '../credentials.ts'
import type { Courier, Ended, EventDetail } from '../deliveries.ts'
import type { Message } from '../messages.ts'

const RETRY_MS = 1_000

/**
 * Sends Twilio's status callbacks: signed form posts. The address's fragment controls retries (`rc` their number, `rp`
 * the policy, `rt` and `tt` the time in ms for an answer and for all attempts); by default once after a lost
 * connection.
 */
export const twilioCourier: Courier = {
  post(message, event, detail) {
    if (!message.callbackUrl) return null
    const url = withoutFragment(message.callbackUrl)
    const parameters = callbackParameters(message, event, detail)
    return {
      url,
      timeoutMs: overridesOf(message).readMs,
      body: new URLSearchParams(parameters).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'user-agent': 'TwilioProxy/1.1',
        'i-twilio-idempotency-token': detail.eventId,
        'x-twilio-signature': twilioSignature(credentials.twilio.authToken, url, parameters),
      },
    }
  },
  retryAfterMs(message, ended, attempts, sinceMs) {
    const { retries, policy, totalMs } = overridesOf(message)
    if (attempts > retries || sinceMs + RETRY_MS > totalMs) return null
    return policy.includes('all') || policy.includes(policyOf(ended)) ? RETRY_MS : null
  },
}

const LONGEST_MS = 15_000

function overridesOf({ callbackUrl }: Message) {
  const wishes = new URLSearchParams(new URL(callbackUrl ?? 'http://none').hash.slice(1))
  const within = (name: string, fallback: number, least: number, most: number) =>
    Math.min(most, Math.max(least, Number(wishes.get(name) ?? fallback) || 0))
  return {
    retries: within('rc', 1, 0, 5),
    policy: (wishes.get('rp') ?? 'ct').split(','),
    readMs: within('rt', LONGEST_MS, 100, LONGEST_MS),
    totalMs: within('tt', LONGEST_MS, 100, LONGEST_MS),
  }
}

/** Returns the retry policy that covers an attempt with this end. */
function policyOf(ended: Ended): string {
  if (ended === 'not_connected') return 'ct'
  if (ended === 'no_answer') return 'rt'
  return ended >= 500 ? '5xx' : '4xx'
}

/** Returns the X-Twilio-Signature: HMAC-SHA1 over the address and the parameters sorted by name, without separators. */
export function twilioSignature(authToken: string, url: string, parameters: Record<string, string>): string {
  const joined = Object.keys(parameters)
    .sort()
    .map((name) => `${name}${parameters[name]}`)
    .join('')
  return createHmac('sha1', authToken).update(`${url}${joined}`).digest('base64')
}

function callbackParameters(message: Message, event: string, detail: EventDetail): Record<string, string> {
  const at = new Date(detail.at).toISOString()
  return {
    MessageSid: message.providerId,
    SmsSid: message.providerId,
    MessageStatus: event,
    SmsStatus: event,
    To: message.recipients[0] ?? '',
    From: message.sender ?? '',
    AccountSid: credentials.twilio.accountSid,
    ApiVersion: '2010-04-01',
    ...(detail.errorCode !== null && { ErrorCode: String(detail.errorCode) }),
    ...(detail.reason !== null && { ErrorMessage: detail.reason }),
    ...(typeof message.wire.messaging_service_sid === 'string' && {
      MessagingServiceSid: message.wire.messaging_service_sid,
    }),
    RawDlrDoneDate: at.slice(2, 16).replace(/[-T:]/g, ''),
  }
}

function withoutFragment(url: string): string {
  return url.split('#')[0] ?? url
}
