import { randomBytes } from 'node:crypto'
import { credentials } from '../credentials.ts'
import type { Message } from '../messages.ts'
import type { World } from '../world.ts'
import { TwilioRefusal } from './failure.ts'
import { segmentCount } from './segments.ts'
import type { AcceptedText } from './text.ts'

const REFUSALS: Record<string, [status: number, code: number, message: string]> = {
  stopped: [400, 21610, 'Attempt to send to unsubscribed recipient'],
  landline: [400, 21614, "'To' number is not a mobile number"],
  invalid_to: [400, 21211, "The 'To' number is not a valid phone number."],
  callback_unreachable: [400, 21609, 'The StatusCallback URL is not reachable from the internet.'],
  sender_refused: [400, 21606, "The 'From' number is not a valid message-capable Twilio phone number."],
  sender_unregistered: [400, 30034, 'Message from an unregistered number'],
  trial_sender: [400, 21267, 'Alphanumeric Sender ID cannot be used on trial accounts'],
  service_invalid: [400, 21705, 'The Messaging Service SID is invalid'],
  day_limit: [429, 63038, 'Account exceeded the daily messages limit'],
  unknown_refusal: [400, 29999, 'Something new is wrong'],
  unknown_error: [500, 29999, 'Something new failed'],
  unavailable: [503, 20503, 'Service unavailable'],
}
/** The end of an accepted text by fault: its last status, null for none, and the error code. */
const ENDINGS: Record<string, { status: string | null; code?: number }> = {
  undelivered: { status: 'undelivered' },
  failed: { status: 'failed' },
  filtered: { status: 'undelivered', code: 30007 },
  carrier: { status: 'undelivered', code: 30006 },
  no_receipt: { status: null },
  no_callbacks: { status: 'delivered' },
}
const DEFAULT_ERROR_CODES: Record<string, number> = { undelivered: 30003, failed: 30008 }
const ERROR_TEXTS: Record<number, string> = {
  30003: 'Unreachable destination handset',
  30004: 'Message blocked',
  30005: 'Unknown destination handset',
  30006: 'Landline or unreachable carrier',
  30007: 'Message filtered',
  30008: 'Unknown error',
}

/** Refuses a new message when a fault is in force. Throws TwilioRefusal. */
export function refuseByFault(world: World, request: string): void {
  const fault = world.faults.take('twilio', ['send'], Object.keys(REFUSALS), request)
  const refusal = fault && REFUSALS[fault.kind]
  if (refusal) throw new TwilioRefusal(...refusal)
}

/** Stores one text, plans its callbacks and returns Twilio's answer. `isTest`: sends nothing and makes no callback. */
export function sendText(world: World, text: AcceptedText, request: string, isTest: boolean): Record<string, unknown> {
  const sid = `SM${randomBytes(16).toString('hex')}`
  const now = world.now()
  const state = text.messagingServiceSid ? 'accepted' : 'queued'
  const wire = wireOf(sid, text, now, isTest ? credentials.twilio.testAccountSid : credentials.twilio.accountSid)
  if (isTest) return { ...wire, status: state }
  const fault = world.faults.take('twilio', ['send'], Object.keys(ENDINGS), request)?.kind
  const ending = (fault && ENDINGS[fault]) || { status: 'delivered' }
  const { deliverAfterMs } = world.setup.get().twilio
  world.store.transaction(() => {
    const message = world.messages.insert({
      providerId: sid,
      channel: 'sms',
      sender: text.from ?? credentials.twilio.from,
      recipients: [text.to],
      subject: null,
      html: null,
      text: text.body,
      tags: null,
      idempotencyKey: null,
      callbackUrl: fault === 'no_callbacks' ? null : text.statusCallback,
      wire,
      sentAt: now,
      state,
    })
    // `failed` means that it was never sent.
    if (ending.status !== 'failed') planStatus(world, message, 'sent', Math.floor(deliverAfterMs / 2))
    // Some networks send no receipt: such a text stays `sent`.
    if (ending.status !== null) {
      planStatus(world, message, ending.status, deliverAfterMs, { errorCode: ending.code ?? null })
    }
  })
  return { ...wire, status: state }
}

/** Plans one status of a text, with an error code for a bad one; returns the delivery's id. */
export function planStatus(
  world: World,
  message: number,
  status: string,
  afterMs: number,
  wanted: { reason?: string | null; errorCode?: number | null } = {},
): number {
  const errorCode = wanted.errorCode ?? DEFAULT_ERROR_CODES[status] ?? null
  const reason = wanted.reason ?? (errorCode === null ? null : (ERROR_TEXTS[errorCode] ?? null))
  return world.deliveries.plan(
    'twilio',
    message,
    status,
    { eventId: randomBytes(16).toString('hex'), reason, errorCode },
    afterMs,
  )
}

/** Returns Twilio's present description of a stored text. */
export function wireNow(message: Message): Record<string, unknown> {
  const sentAlready = !['accepted', 'queued', 'failed', 'canceled'].includes(message.state)
  return {
    ...message.wire,
    status: message.state,
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : message.reason,
    date_sent: sentAlready ? message.wire.date_created : null,
  }
}

function wireOf(sid: string, text: AcceptedText, now: number, accountSid: string): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`
  const date = new Date(now).toUTCString().replace('GMT', '+0000')
  return {
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: text.body,
    from: text.from,
    to: text.to,
    messaging_service_sid: text.messagingServiceSid,
    direction: 'outbound-api',
    num_segments: String(text.messagingServiceSid ? 0 : segmentCount(text.body)),
    num_media: '0',
    price: null,
    price_unit: 'USD',
    error_code: null,
    error_message: null,
    date_created: date,
    date_updated: date,
    date_sent: null,
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  }
}
