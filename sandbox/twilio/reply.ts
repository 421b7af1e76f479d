import { randomBytes } from 'node:crypto'
import { credentials } from '../credentials.ts'
import type { World } from '../world.ts'
import { twilioSignature } from './callback.ts'
import { setStopped } from './text.ts'

/**
 * Plays a person's answer to a text: STOP and START block and unblock the number, and the customer's address for
 * replies is called. Returns its status; null when it was not called, because no address is set or the sender has no
 * number.
 */
export async function replyTo(world: World, person: string, sender: string, body: string): Promise<number | null> {
  const word = body.trim().toUpperCase()
  if (word === 'STOP' || word === 'START') setStopped(world, person, word === 'STOP')
  const { inboundUrl } = world.setup.get().twilio
  if (inboundUrl === null || !/^(\+|MG)/.test(sender)) return null
  const sid = `SM${randomBytes(16).toString('hex')}`
  const parameters = {
    ToCountry: 'GB',
    SmsMessageSid: sid,
    NumMedia: '0',
    SmsSid: sid,
    SmsStatus: 'received',
    Body: body,
    To: sender.startsWith('MG') ? '+447400000001' : sender,
    ...(sender.startsWith('MG') && { MessagingServiceSid: sender }),
    NumSegments: '1',
    MessageSid: sid,
    AccountSid: credentials.twilio.accountSid,
    From: person,
    ApiVersion: '2010-04-01',
  }
  const response = await fetch(inboundUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': twilioSignature(credentials.twilio.authToken, inboundUrl, parameters),
    },
    body: new URLSearchParams(parameters),
  }).catch(() => null)
  return response?.status ?? null
}
