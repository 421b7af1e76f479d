import { createHmac } from 'node:crypto'
import type { Courier, EventDetail } from '../deliveries.ts'
import type { Message } from '../messages.ts'
import type { World } from '../world.ts'

const ATTEMPT_TIMEOUT_MS = 15_000
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** The pauses before the second, third … attempt after an answer that is not 2xx. */
const RETRIES_MS = [5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS]

/** Sends Resend's webhooks: Svix headers, signed anew at every attempt, with the documented retries. */
export function resendCourier(world: World): Courier {
  return {
    post(message, event, detail) {
      const { webhookUrl, webhookSecret, events } = world.setup.get().resend
      if (!webhookUrl || !events.includes(`email.${event}`)) return null
      const body = JSON.stringify(webhookBody(message, event, detail))
      const timestamp = String(Math.floor(world.now() / 1_000))
      return {
        url: webhookUrl,
        timeoutMs: ATTEMPT_TIMEOUT_MS,
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Svix-Webhooks/1.62 (sender-9YMgn; +https://www.svix.com/http-sender/)',
          'svix-id': detail.eventId,
          'svix-timestamp': timestamp,
          'svix-signature': `v1,${svixSignature(webhookSecret, detail.eventId, timestamp, body)}`,
        },
      }
    },
    retryAfterMs: (_message, _status, attempts) => RETRIES_MS[attempts - 1] ?? null,
  }
}

function svixSignature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
}

function webhookBody(message: Message, event: string, detail: EventDetail): object {
  return {
    type: `email.${event}`,
    created_at: new Date(detail.at).toISOString(),
    data: {
      email_id: message.providerId,
      message_id: message.wire.message_id,
      created_at: new Date(message.sentAt).toISOString().replace('Z', '000+00:00'),
      from: message.sender,
      to: message.wire.to,
      subject: message.subject,
      ...(message.tags && { tags: Object.fromEntries(message.tags.map((tag) => [tag.name, tag.value])) }),
      ...particulars(event, detail.reason),
    },
  }
}

function particulars(event: string, reason: string | null): object {
  switch (event) {
    case 'bounced': {
      const [, type = 'Permanent', subType = 'General'] = /^(\w+)\/(\w+)$/.exec(reason ?? '') ?? []
      return {
        bounce: {
          type,
          subType,
          diagnosticCode: [],
          message: reason ?? "The recipient's email server permanently rejected the email.",
        },
      }
    }
    case 'suppressed':
      return {
        suppressed: { type: 'OnAccountSuppressionList', message: reason ?? 'The address is on the suppression list.' },
      }
    case 'failed':
      return { failed: { reason: reason ?? 'reached_daily_quota' } }
    default:
      return {}
  }
}
