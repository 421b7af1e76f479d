import { Resend } from 'resend'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { z } from 'zod'
import { ProviderFailure } from '../failure.ts'
import { retryAfterMs } from '../retryAfter.ts'
import type { DeliveryReport, EmailProvider, SendOutcome } from './email.ts'
import { reportReason } from './reportReason.ts'

/** `webhookSecret` is the signing secret (`whsec_…`) of the webhook that points at us. */
export type ResendConfig = { apiKey: string; baseUrl: string; webhookSecret: string; sendTimeoutMs?: number }

const name = 'resend'
const hourMs = 60 * 60 * 1000

/** The e-mail provider Resend. Throws when the configured key or secret is empty. */
export function createResend(config: ResendConfig): EmailProvider {
  const resend = new Resend(config.apiKey, { baseUrl: config.baseUrl, userAgent: 'embark' })
  const webhook = new Webhook(config.webhookSecret)
  const sendTimeoutMs = config.sendTimeoutMs ?? 15_000

  return {
    name,
    keyWindowMs: 24 * hourMs,

    async send(mail, key) {
      const { data, error, headers } = await resend.emails.send(
        {
          from: mail.from,
          to: mail.to,
          ...(mail.replyTo === null ? {} : { replyTo: mail.replyTo }),
          subject: mail.subject,
          html: mail.html,
          text: mail.text,
          tags: [{ name: 'message_id', value: mail.messageId }],
        },
        { idempotencyKey: key, signal: AbortSignal.timeout(sendTimeoutMs) },
      )
      if (error) return outcomeOf(error, headers)
      if (data?.id) return { outcome: 'accepted', providerId: data.id }
      return { outcome: 'unknown', reason: 'The mail provider gave an answer that we cannot read.' }
    },

    readWebhook(headers, rawBody) {
      const event = eventSchema.safeParse(verified(webhook, headers, rawBody))
      if (!event.success) return null
      const { type, created_at, data } = event.data
      const state = states[type]
      if (!state) return null
      return {
        providerEventId: headers['svix-id'] ?? '',
        messageId: data.tags?.message_id ?? null,
        providerId: data.email_id,
        state,
        reason: reportReason(state, data),
        at: new Date(created_at),
      }
    },
  }
}

type WireError = { name: string; statusCode: number | null; message: string }

/** Reads an answer other than success by its status and `name`; of the message only the two texts that no name tells. */
function outcomeOf(
  { name: code, statusCode, message }: WireError,
  headers: Record<string, string> | null,
): SendOutcome {
  const askedMs = retryAfterMs(statusCode, (header) => headers?.[header])
  const later = (reason: string, waitMs: number | null = null): SendOutcome => ({
    outcome: 'later',
    reason,
    retryAfterMs: askedMs ?? waitMs,
  })
  const account = () => later('The mail provider does not accept our account; an operator must repair it.')

  // The key is ours alone, so another payload under it means that an earlier attempt was taken.
  if (code === 'invalid_idempotent_request') return { outcome: 'accepted', providerId: null }
  switch (statusCode) {
    case null:
    case undefined:
      return { outcome: 'unknown', reason: 'The mail provider did not answer.' }
    case 400:
    case 422:
      return /API key is invalid/i.test(message) ? account() : refusalOf(code, message, later, askedMs)
    case 409:
      return later('An earlier attempt is still being handled.', 2_000)
    case 429:
      if (code === 'daily_quota_exceeded') return later("The mail provider's daily allowance is used up.", hourMs)
      if (code === 'monthly_quota_exceeded') return later("The mail provider's monthly allowance is used up.", hourMs)
      return later('The mail provider asks us to slow down.')
    case 451:
      return later(
        'The mail provider has stopped our mails for a security reason; an operator must look at it.',
        hourMs,
      )
  }
  if (statusCode >= 500) return { outcome: 'unknown', reason: 'The mail provider has a problem of its own right now.' }
  return account()
}

/** Reads a refusal that is about this mail. Where the provider says to wait, that is done instead. */
function refusalOf(
  code: string,
  message: string,
  later: (reason: string) => SendOutcome,
  askedMs: number | null,
): SendOutcome {
  if (askedMs !== null) return later('The mail provider asks us to try this mail again later.')
  const refused = (reason: string) => ({ outcome: 'refused', state: 'failed', reason }) as const
  // The same for every attempt, so none is made.
  if (code === 'validation_error' && /`to`|recipient|example\.|test\.com/i.test(message)) {
    return refused('The mail provider does not accept this address.')
  }
  return code === 'invalid_from_address' || /`from`/i.test(message)
    ? { ...refused('The mail provider does not accept our sender address.'), retryable: true }
    : { ...refused('The mail provider refused this mail; check the address.'), retryable: true }
}

const states: Record<string, DeliveryReport['state']> = {
  'email.sent': 'sent',
  'email.delivery_delayed': 'delayed',
  'email.delivered': 'delivered',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
  'email.suppressed': 'suppressed',
  'email.failed': 'failed',
}

const eventSchema = z.object({
  type: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  data: z.object({
    email_id: z.string().min(1),
    tags: z.object({ message_id: z.string().optional() }).nullish(),
    bounce: z.object({ type: z.string().nullish(), subType: z.string().nullish() }).nullish(),
    failed: z.object({ reason: z.string().nullish() }).nullish(),
    suppressed: z.object({ type: z.string().nullish() }).nullish(),
  }),
})

function verified(webhook: Webhook, headers: Record<string, string | undefined>, rawBody: string): unknown {
  try {
    return webhook.verify(rawBody, {
      'webhook-id': headers['svix-id'] ?? '',
      'webhook-timestamp': headers['svix-timestamp'] ?? '',
      'webhook-signature': headers['svix-signature'] ?? '',
    })
  } catch (error) {
    const cause = error instanceof WebhookVerificationError ? 'its signature does not hold' : 'it cannot be read'
    throw new ProviderFailure(name, 'refused', `A mail webhook was refused: ${cause}.`)
  }
}
