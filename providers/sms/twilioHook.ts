import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DeliveryReport } from '../email/email.ts'
import { ProviderFailure } from '../failure.ts'
import { type HookRequest, messageIdParameter, type TextReply } from './sms.ts'
import { failedDelivery } from './twilioOutcome.ts'

/** The secrets that sign requests to our hook. `authTokens`: the present one and, during a rotation, the other. */
export type TwilioSecrets = { accountSid: string; authTokens: string[]; sharedKeys: { id: string; secret: string }[] }

const name = 'twilio'

/** Verifies and reads a request to our hook. Throws ProviderFailure('refused') unless Twilio sent it to us. */
export function readTwilioHook(secrets: TwilioSecrets, request: HookRequest): DeliveryReport | TextReply | null {
  const parameters = new URLSearchParams(request.body)
  const isSigned = URL.canParse(request.url) && isSignedBy(secrets, request, parameters)
  if (!isSigned || parameters.get('AccountSid') !== secrets.accountSid) {
    throw new ProviderFailure(name, 'refused', 'A request to the text hook was refused: its signature does not hold.')
  }
  const of = (...names: string[]) => names.map((one) => parameters.get(one)).find(Boolean) ?? ''
  const providerId = of('MessageSid', 'SmsSid')
  const status = of('MessageStatus', 'SmsStatus')
  if (!providerId) return null
  if (status === '' || status === 'received') {
    const reply = replyOf(of('OptOutType'), of('Body'))
    return reply && { reply, providerEventId: `${providerId}:${reply}`, phone: of('From') }
  }
  const messageId = new URL(request.url).searchParams.get(messageIdParameter)
  return reportOf(providerId, status, Number(of('ErrorCode')), messageId)
}

const STATES: Record<string, DeliveryReport['state']> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
}

/** Maps a text's status to a report; returns null for statuses that are not tracked. */
export function reportOf(
  providerId: string,
  status: string,
  code: number,
  messageId: string | null,
): DeliveryReport | null {
  const state = STATES[status]
  if (!state) return null
  return {
    // A callback has no id of its own; a state is reached once, so text and status identify it.
    providerEventId: `${providerId}:${status}`,
    messageId,
    providerId,
    at: new Date(),
    ...(state === 'failed' ? failedDelivery(code) : { state, reason: null }),
  }
}

const STOP_WORDS = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT']
const START_WORDS = ['START', 'UNSTOP']

/** Reads a reply as the provider does: the single word, in any case. `optOutType` is the provider's own reading. */
function replyOf(optOutType: string, body: string): TextReply['reply'] | null {
  const word = (optOutType || body).trim().toUpperCase()
  if (STOP_WORDS.includes(word)) return 'stop'
  return START_WORDS.includes(word) ? 'start' : null
}

/** Returns true if one of our secrets signed the address with its parameters, with or without the default port. */
function isSignedBy(secrets: TwilioSecrets, { url, headers }: HookRequest, parameters: URLSearchParams): boolean {
  const keys = keysOf(secrets, headers['x-twilio-webhooks-signature-settings'])
  const given = Buffer.from(headers['x-twilio-signature'] ?? '')
  return addressesOf(url).some((address) =>
    keys.some(({ algorithm, key }) => {
      const expected = createHmac(algorithm, key)
        .update(`${address}${joined(parameters)}`)
        .digest('base64')
      return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected))
    }),
  )
}

/** Returns the keys that may have signed a request: our tokens, or the shared key that `settings` names. */
function keysOf({ authTokens, sharedKeys }: TwilioSecrets, settings: string | undefined) {
  if (settings === undefined) return authTokens.map((key) => ({ algorithm: 'sha1', key }))
  const said = new Map(settings.split(',').map((part) => part.trim().split(/=(.*)/s) as [string, string]))
  if (said.get('algorithm') !== 'HMAC_SHA256') return []
  return sharedKeys
    .filter(({ id }) => id === said.get('key'))
    .map(({ secret }) => ({ algorithm: 'sha256', key: secret }))
}

/** Joins names in order, each followed by its distinct values in order, without separators. */
function joined(parameters: URLSearchParams): string {
  const names = [...new Set(parameters.keys())].sort()
  return names.flatMap((one) => [...new Set(parameters.getAll(one))].sort().map((value) => `${one}${value}`)).join('')
}

/** Returns the address with and without its default port: proxies differ in which one they pass on. */
function addressesOf(url: string): string[] {
  const [, scheme = '', host = '', port, rest = ''] =
    /^(https?):\/\/([^/?#:]+|\[[^\]]*\])(?::(\d+))?(.*)$/s.exec(url) ?? []
  const usual = scheme === 'https' ? '443' : '80'
  if (port !== undefined && port !== usual) return [url]
  return [`${scheme}://${host}${rest}`, `${scheme}://${host}:${usual}${rest}`]
}
