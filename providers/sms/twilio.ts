import twilio from 'twilio'
import type { DeliveryReport } from '../email/email.ts'
import { ProviderFailure } from '../failure.ts'
import { retryAfterMs } from '../retryAfter.ts'
import { messageIdParameter, type SmsProvider } from './sms.ts'
import { refusalOutcome, stateReason, transportOutcome } from './twilioOutcome.ts'
import { createTwilioWire, TwilioRefusal } from './twilioWire.ts'

/** `from` is a number in E.164 or an alphanumeric sender of at most 11 characters. */
export type TwilioConfig = {
  accountSid: string
  authToken: string
  from: string
  baseUrl: string
  sendTimeoutMs?: number
}

const name = 'twilio'

/**
 * Twilio's connection overrides, which it reads from the address's fragment and does not sign: five repeats of a callback
 * (the most it makes, within 15 s) after whatever went wrong. Without them it repeats one, after a lost connection.
 */
const CALLBACK_OVERRIDES = '#rc=5&rp=all'

/** The text provider Twilio. Throws when the account id does not start with AC. */
export function createTwilio(config: TwilioConfig): SmsProvider {
  const client = twilio(config.accountSid, config.authToken, {
    httpClient: createTwilioWire(config.baseUrl, config.sendTimeoutMs ?? 15_000),
  })

  return {
    name,

    async send(text) {
      try {
        const sent = await client.messages.create({
          to: text.to,
          from: config.from,
          body: text.body,
          statusCallback: `${text.statusCallback}${CALLBACK_OVERRIDES}`,
        })
        if (!sent.sid) return { outcome: 'unknown', reason: 'The text provider gave an answer that we cannot read.' }
        if (sent.status === 'failed' || sent.status === 'undelivered') {
          return { outcome: 'refused', state: 'failed', reason: stateReason(sent.errorCode) }
        }
        return { outcome: 'accepted', providerId: sent.sid }
      } catch (error) {
        return error instanceof TwilioRefusal ? refusalOutcome(error) : transportOutcome(error)
      }
    },

    readCallback(signature, url, parameters) {
      if (!URL.canParse(url) || !twilio.validateRequest(config.authToken, signature ?? '', url, parameters)) {
        throw new ProviderFailure(name, 'refused', 'A text callback was refused: its signature does not hold.')
      }
      const providerId = parameters.MessageSid || parameters.SmsSid
      const status = parameters.MessageStatus || parameters.SmsStatus || ''
      const messageId = new URL(url).searchParams.get(messageIdParameter)
      return providerId ? reportOf(providerId, status, Number(parameters.ErrorCode || 0), messageId) : null
    },

    async fetchReport(providerId) {
      try {
        const { status, errorCode } = await client.messages(providerId).fetch()
        return reportOf(providerId, status, errorCode ?? 0, null)
      } catch (error) {
        if (error instanceof TwilioRefusal && error.status === 404) return null
        throw askFailure(error)
      }
    },
  }
}

/** Returns the state that a text's status stands for; null for those we do not track. */
function reportOf(providerId: string, status: string, code: number, messageId: string | null): DeliveryReport | null {
  const state = states[status]
  if (!state) return null
  const stopped = state === 'failed' && code === 21610
  return {
    // A callback has no id of its own; a state is reached once, so this names it.
    providerEventId: `${providerId}:${status}`,
    messageId,
    providerId,
    state: stopped ? 'suppressed' : state,
    reason: stopped ? 'stop' : state === 'failed' ? stateReason(code) : null,
    at: new Date(),
  }
}

function askFailure(error: unknown): ProviderFailure {
  if (!(error instanceof TwilioRefusal) || error.status >= 500) {
    return new ProviderFailure(name, 'unavailable', 'The text provider cannot be asked now.')
  }
  if (error.status !== 429) {
    return new ProviderFailure(name, 'misconfigured', 'The text provider does not accept our account.')
  }
  const message = 'The text provider asks us to slow down.'
  return new ProviderFailure(name, 'rate_limited', message, retryAfterMs(error.status, error.header))
}

const states: Record<string, DeliveryReport['state']> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
}
