import { createHmac } from 'node:crypto'
import { credentials } from '../credentials.ts'
import type { Courier, EventDetail } from '../deliveries.ts'
import type { Message } from '../messages.ts'

const ATTEMPT_TIMEOUT_MS = 15_000
const RETRY_MS = 1_000

/** Carries Twilio's status callbacks: signed form posts, repeated only as the address's `#rc=…&rp=…` asks. */
export const twilioCourier: Courier = {
  post(message, event, detail) {
    if (!message.callbackUrl) return null
    const url = withoutFragment(message.callbackUrl)
    const parameters = callbackParameters(message, event, detail)
    return {
      url,
      timeoutMs: ATTEMPT_TIMEOUT_MS,
      body: new URLSearchParams(parameters).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'user-agent': 'TwilioProxy/1.1',
        'i-twilio-idempotency-token': detail.eventId,
        'x-twilio-signature': twilioSignature(credentials.twilio.authToken, url, parameters),
      },
    }
  },
  retryAfterMs(message, status, attempts) {
    const wishes = new URLSearchParams(new URL(message.callbackUrl ?? 'http://none').hash.slice(1))
    const retries = Math.min(5, Number(wishes.get('rc') ?? 1) || 0)
    const policy = (wishes.get('rp') ?? 'ct').split(',')
    if (attempts > retries) return null
    const kind = status === null ? 'ct' : status >= 500 ? '5xx' : '4xx'
    return policy.includes('all') || policy.includes(kind) ? RETRY_MS : null
  },
}

/** X-Twilio-Signature: HMAC-SHA1 over the address and the parameters sorted by name, joined without separators. */
function twilioSignature(authToken: string, url: string, parameters: Record<string, string>): string {
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
