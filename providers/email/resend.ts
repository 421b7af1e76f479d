import { Resend } from 'resend'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { ProviderFailure } from '../failure.ts'
import type { EmailProvider, Mail, SendOutcome } from './email.ts'
import { findSentMail } from './resendList.ts'
import { type Answered, outcomeOf } from './resendOutcome.ts'
import { eventOf } from './resendWebhook.ts'

/**
 * `webhookSecret` is the signing secret (`whsec_…`) of the webhook that points at us. `readKey` may read what was sent; a
 * key for sending alone may not.
 */
export type ResendConfig = {
  apiKey: string
  readKey?: string | undefined
  baseUrl: string
  webhookSecret: string
  sendTimeoutMs?: number
}

const name = 'resend'
const hourMs = 60 * 60 * 1000
const keyWindowMs = 24 * hourMs

/** The e-mail provider Resend. Throws when the configured key or secret is empty. */
export function createResend(config: ResendConfig): EmailProvider {
  const resend = new Resend(config.apiKey, { baseUrl: config.baseUrl, userAgent: 'embark' })
  const webhook = new Webhook(config.webhookSecret)
  const sendTimeoutMs = config.sendTimeoutMs ?? 15_000

  const post = async (mail: Mail, key: string): Promise<Answered> => {
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
    return { id: data?.id ?? null, error, headers }
  }

  /**
   * An earlier attempt holds the key and nobody knows what came of it. What was sent is looked up: a mail that is there was
   * sent, one that is not is sent under a key of its own, once. Where nobody can look, people have to.
   */
  const recover = async (mail: Mail, key: string, blocked: SendOutcome): Promise<SendOutcome> => {
    const readKey = config.readKey ?? config.apiKey
    const found = await findSentMail({ baseUrl: config.baseUrl, readKey }, mail, Date.now() - keyWindowMs)
    if (found === 'cannot_look') return blocked
    if (found !== 'absent') return { outcome: 'accepted', providerId: found.id }
    const outcome = outcomeOf(await post(mail, `${key}/again`))
    return outcome === 'key_is_held' ? blocked : outcome
  }

  return {
    name,
    keyWindowMs,

    async send(mail, key, isRepeat = false) {
      const outcome = outcomeOf(await post(mail, key))
      if (outcome === 'key_is_held') {
        const reason = 'An earlier attempt may have been sent, and nobody can tell.'
        return recover(mail, key, { outcome: 'unknown', reason, isFinal: true })
      }
      // The answer of a failed attempt may be kept under its key, so that a repeat meets nothing else.
      return outcome.outcome === 'unknown' && outcome.answered && isRepeat ? recover(mail, key, outcome) : outcome
    },

    readWebhook(headers, rawBody) {
      return eventOf(verified(webhook, headers, rawBody), headers)
    },
  }
}

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
