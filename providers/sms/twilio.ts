import twilio from 'twilio'
import { ProviderFailure } from '../failure.ts'
import { retryAfterMs } from '../retryAfter.ts'
import type { SmsProvider } from './sms.ts'
import { readTwilioHook, reportOf } from './twilioHook.ts'
import { failedDelivery, refusalOutcome, transportOutcome } from './twilioOutcome.ts'
import { createTwilioWire, TwilioRefusal } from './twilioWire.ts'

/**
 * `from` is a number in E.164, an alphanumeric sender of at most 11 characters or a Messaging Service (`MG…`).
 * `otherAuthToken`: the secondary token during a rotation. `sharedKeys`: keys that may sign webhooks instead of a
 * token.
 */
export type TwilioConfig = {
  accountSid: string
  authToken: string
  otherAuthToken?: string | undefined
  sharedKeys?: { id: string; secret: string }[]
  from: string
  baseUrl: string
  sendTimeoutMs?: number
}

const name = 'twilio'

/**
 * Twilio's connection overrides, which it reads from the address's fragment and does not sign: five retries of a
 * callback (its maximum, within 15 s) after any failure. Without them it retries once, after a lost connection.
 */
const CALLBACK_OVERRIDES = '#rc=5&rp=all'

/** The largest lag of the provider's clock behind ours. Two texts with the same body are at least a day apart. */
const CLOCKS_APART_MS = 5 * 60_000
/** The most texts that are searched: a number gets only a few a day. */
const LISTED = 100

/** Creates the text provider Twilio. Throws when the account id does not start with AC. */
export function createTwilio(config: TwilioConfig): SmsProvider {
  const client = twilio(config.accountSid, config.authToken, {
    httpClient: createTwilioWire(config.baseUrl, config.sendTimeoutMs ?? 15_000),
  })
  const sender = config.from.startsWith('MG') ? { messagingServiceSid: config.from } : { from: config.from }
  const secrets = {
    accountSid: config.accountSid,
    authTokens: [config.authToken, config.otherAuthToken].filter((token) => token !== undefined),
    sharedKeys: config.sharedKeys ?? [],
  }

  return {
    name,

    async send(text) {
      try {
        const sent = await client.messages.create({
          to: text.to,
          ...sender,
          body: text.body,
          // Replaces typographic quotation marks and dashes, which would more than halve the length of a segment.
          smartEncoded: true,
          statusCallback: `${text.statusCallback}${CALLBACK_OVERRIDES}`,
        })
        if (!sent.sid) return { outcome: 'unknown', reason: 'The text provider gave an answer that we cannot read.' }
        if (sent.status === 'failed' || sent.status === 'undelivered') {
          const { reason, ...failed } = failedDelivery(sent.errorCode)
          return { outcome: 'refused', ...failed, reason: reason ?? '' }
        }
        return { outcome: 'accepted', providerId: sent.sid }
      } catch (error) {
        return error instanceof TwilioRefusal ? refusalOutcome(error) : transportOutcome(error)
      }
    },

    async findSent({ to, body }, since) {
      const from = new Date(since.getTime() - CLOCKS_APART_MS)
      try {
        const listed = await client.messages.list({ to, dateSentAfter: from, pageSize: LISTED, limit: LISTED })
        // A trial account puts its own words before ours.
        const found = listed.find(
          (one) => one.dateCreated >= from && one.direction !== 'inbound' && one.body.endsWith(body),
        )
        if (!found) return null
        // A text in the provider's list has left us, even if it has not left the provider.
        return reportOf(found.sid, found.status, found.errorCode ?? 0, null) ?? reportOf(found.sid, 'sent', 0, null)
      } catch (error) {
        throw askFailure(error)
      }
    },

    readHook: (request) => readTwilioHook(secrets, request),

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
