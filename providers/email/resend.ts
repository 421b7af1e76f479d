import { Resend } from 'resend'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { ProviderFailure } from '../failure.ts'
import type { EmailProvider, Mail, SendOutcome, Turn } from './email.ts'
import { findSentMail } from './resendList.ts'
import { type Answered, outcomeOf } from './resendOutcome.ts'
import { eventOf } from './resendWebhook.ts'

/**
 * `webhookSecret` is the signing secret (`whsec_…`) of the webhook that points at us. `readKey` may read sent mails; a
 * sending-only key may not.
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

/** The delay of a mail that got no turn. */
const NEXT_TURN_MS = 5_000

/** Creates the e-mail provider Resend; `turn` precedes each request. Throws when the key or secret is empty. */
export function createResend(config: ResendConfig, turn: Turn = async () => true): EmailProvider {
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
   * Resolves a key that an earlier attempt holds with an unknown result. Looks the mail up: a mail that is found was
   * sent; one that is absent is sent once under a key of its own. Returns `blocked` when it cannot look, for staff to
   * decide; without a turn the mail is looked up at the next attempt.
   */
  const recover = async (mail: Mail, key: string, blocked: SendOutcome): Promise<SendOutcome> => {
    const readKey = config.readKey ?? config.apiKey
    const notYet = {
      outcome: 'unknown',
      reason: 'An earlier attempt is still to be looked up.',
      answered: true,
    } as const
    const found = await findSentMail({ baseUrl: config.baseUrl, readKey, turn }, mail, Date.now() - keyWindowMs)
    if (found === 'no_turn') return notYet
    if (found === 'cannot_look') return blocked
    if (found !== 'absent') return { outcome: 'accepted', providerId: found.id }
    if (!(await turn())) return notYet
    const outcome = outcomeOf(await post(mail, `${key}/again`))
    return outcome === 'key_is_held' ? blocked : outcome
  }

  return {
    name,

    async send(mail, key, { isRepeat = false, hasTurn = false } = {}) {
      if (!hasTurn && !(await turn())) {
        return {
          outcome: 'later',
          reason: 'Many mails are leaving; this one waits its turn.',
          retryAfterMs: NEXT_TURN_MS,
        }
      }
      const outcome = outcomeOf(await post(mail, key))
      if (outcome === 'key_is_held') {
        const reason = 'An earlier attempt may have been sent, and nobody can tell.'
        return recover(mail, key, { outcome: 'unknown', reason, isFinal: true })
      }
      // Resend may keep the answer of a failed attempt under its key, so that every repeat gets the same answer.
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
