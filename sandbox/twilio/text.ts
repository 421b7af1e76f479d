import { credentials } from '../credentials.ts'
import type { World } from '../world.ts'
import { TwilioRefusal } from './failure.ts'
import { smartEncoded } from './segments.ts'

const LONGEST_BODY = 1_600
const MAGIC_TO: Record<string, [code: number, message: string]> = {
  '+15005550001': [21211, 'is not a valid phone number.'],
  '+15005550002': [21612, 'cannot be reached from this sender.'],
  '+15005550003': [21408, 'is in a region that this account may not send to.'],
  '+15005550004': [21610, 'has unsubscribed from this sender.'],
  '+15005550009': [21614, 'is not a mobile number.'],
}
const MAGIC_FROM: Record<string, [code: number, message: string]> = {
  '+15005550001': [21212, 'is not a valid phone number.'],
  '+15005550007': [21606, 'is not a number of yours that can send messages.'],
  '+15005550008': [21611, 'has reached the limit of its queue.'],
}

/** A text that passed all checks. */
export type AcceptedText = {
  to: string
  from: string | null
  messagingServiceSid: string | null
  body: string
  statusCallback: string | null
}

/** Checks the parameters of a new message in Twilio's order. Throws TwilioRefusal. */
export function readText(form: URLSearchParams, world: World, isTest: boolean): AcceptedText {
  const to = form.get('To')?.trim() ?? ''
  const from = form.get('From')?.trim() || null
  const messagingServiceSid = form.get('MessagingServiceSid') || null
  const smart = form.get('SmartEncoded')
  const body = smart === 'true' ? smartEncoded(form.get('Body') ?? '') : (form.get('Body') ?? '')
  if (to === '') throw new TwilioRefusal(400, 21604, "A 'To' phone number is required.")
  if (!from && !messagingServiceSid) throw new TwilioRefusal(400, 21603, "A 'From' phone number is required.")
  if (body === '' && !form.get('MediaUrl') && !form.get('ContentSid')) {
    throw new TwilioRefusal(400, 21602, 'Message body is required.')
  }
  if ([...body].length > LONGEST_BODY) {
    throw new TwilioRefusal(400, 21617, 'The concatenated message body exceeds the 1600 character limit')
  }
  const statusCallback = form.get('StatusCallback') || null
  if (statusCallback) checkCallback(statusCallback)
  checkPeriod(form.get('ValidityPeriod'))
  if (messagingServiceSid) checkService(messagingServiceSid, isTest)
  if (form.get('ScheduleType') && !messagingServiceSid) {
    throw new TwilioRefusal(400, 35118, 'MessagingServiceSid is required to schedule a message')
  }
  if (from) checkSender(from, isTest)
  checkRecipient(to.replaceAll(' ', ''), world)
  return { to: to.replaceAll(' ', ''), from, messagingServiceSid, body, statusCallback }
}

const LONGEST_CALLBACK = 4_000

/** Throws TwilioRefusal unless the address is https, or http on this machine (Twilio itself: public https). */
function checkCallback(url: string): void {
  const { protocol, hostname = '_' } = URL.parse(url) ?? {}
  const isOwn = /^(127\.0\.0\.1|localhost|.*\.localhost)$/.test(hostname)
  const isCallable = protocol === 'https:' || (protocol === 'http:' && isOwn)
  if (!isCallable || hostname.includes('_') || url.length > LONGEST_CALLBACK) {
    throw new TwilioRefusal(400, 21609, `The StatusCallback URL ${url} is not a valid URL.`)
  }
}

function checkPeriod(period: string | null): void {
  if (period === null) return
  const seconds = Number(period)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 36_000) {
    throw new TwilioRefusal(400, 20001, 'ValidityPeriod must be between 1 and 36000 seconds')
  }
}

function checkService(sid: string, isTest: boolean): void {
  if (!/^MG[0-9a-f]{32}$/i.test(sid)) {
    throw new TwilioRefusal(400, 21705, `The Messaging Service Sid ${sid} is invalid.`)
  }
  if (isTest || sid !== credentials.twilio.messagingServiceSid) {
    throw new TwilioRefusal(400, 21703, `The Messaging Service ${sid} contains no phone numbers.`)
  }
}

function checkSender(from: string, isTest: boolean): void {
  const magic = MAGIC_FROM[from]
  if (magic) throw new TwilioRefusal(400, magic[0], `The 'From' number ${from} ${magic[1]}`)
  if (from === '+15005550006') return
  if (isTest) throw new TwilioRefusal(400, 21606, `The 'From' number ${from} is not a number of yours.`)
  if (/^\+44[1-9]\d{8,9}$/.test(from)) return // the account owns every British number
  if (/^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/.test(from)) return
  if (/^\+[1-9]\d{6,14}$/.test(from)) {
    throw new TwilioRefusal(
      400,
      21606,
      `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`,
    )
  }
  throw new TwilioRefusal(
    400,
    21212,
    `The 'From' number ${from} is not a valid phone number, shortcode, or alphanumeric sender ID.`,
  )
}

function checkRecipient(to: string, world: World): void {
  const magic = MAGIC_TO[to]
  if (magic) throw new TwilioRefusal(400, magic[0], `The 'To' number ${to} ${magic[1]}`)
  if (!/^\+[1-9]\d{6,14}$/.test(to) || (to.startsWith('+44') && !isBritish(to))) {
    throw new TwilioRefusal(400, 21211, `The 'To' number ${to} is not a valid phone number.`)
  }
  if (!/^\+(44|1)/.test(to)) {
    throw new TwilioRefusal(
      400,
      21408,
      `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}.`,
    )
  }
  if (to.startsWith('+44') && !/^\+447(?:[1-57-9]\d|624)/.test(to)) {
    throw new TwilioRefusal(400, 21614, `To number: ${to}, is not a mobile number`)
  }
  if (isStopped(world, to)) {
    throw new TwilioRefusal(400, 21610, 'Attempt to send to unsubscribed recipient')
  }
}

/** Returns true for a number of the right length outside the ranges reserved for films. */
function isBritish(number: string): boolean {
  return /^\+44(?:7\d{9}|[1-3589]\d{8,9})$/.test(number) && !/^\+447700900\d{3}$/.test(number)
}

function isStopped(world: World, recipient: string): boolean {
  return world.store.row("SELECT 1 FROM stops WHERE recipient = ? AND sender = ''", recipient) !== undefined
}

/** Records that a person answered STOP (or START again) to every sender of the account, which is kept as ''. */
export function setStopped(world: World, recipient: string, stopped: boolean): void {
  if (stopped) world.store.run("INSERT OR IGNORE INTO stops VALUES (?, '')", recipient)
  else world.store.run('DELETE FROM stops WHERE recipient = ?', recipient)
}
