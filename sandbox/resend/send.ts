import { randomUUID } from 'node:crypto'
import { bareAddress } from '../messages.ts'
import type { World } from '../world.ts'
import type { AcceptedMail } from './mail.ts'

/** The last event of a mail by fault. */
const OUTCOMES: Record<string, string> = {
  bounce: 'bounced',
  bounce_transient: 'bounced',
  bounce_content: 'bounced',
  delay: 'delivery_delayed',
  complain: 'complained',
  suppress: 'suppressed',
  fail: 'failed',
}
const BOUNCES: Record<string, string> = {
  bounce_transient: 'Transient/MailboxFull',
  bounce_content: 'Permanent/ContentRejected',
}
const TEST_OUTCOMES = ['delivered', 'bounced', 'complained', 'suppressed']

/** Stores one mail and plans its events. Returns its id. Call it inside a transaction. */
export function sendMail(world: World, mail: AcceptedMail, idempotencyKey: string | null, request: string): string {
  const id = randomUUID()
  const now = world.now()
  const { deliverAfterMs, events } = world.setup.get().resend
  const message = world.messages.insert({
    providerId: id,
    channel: 'email',
    sender: mail.from,
    recipients: [...mail.to, ...(mail.cc ?? []), ...(mail.bcc ?? [])],
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    tags: mail.tags,
    idempotencyKey,
    callbackUrl: null,
    wire: wireOf(id, mail, now),
    sentAt: now,
    state: 'sent',
  })
  const { outcome, reason } = outcomeOf(world, mail, request)
  if (outcome !== 'suppressed' && events.includes('email.sent')) plan(world, message, 'sent', 0)
  plan(world, message, outcome, deliverAfterMs, reason)
  return id
}

/** Plans one event of a mail; returns the delivery's id. */
export function plan(
  world: World,
  message: number,
  event: string,
  afterMs: number,
  reason: string | null = null,
): number {
  const eventId = `msg_${randomUUID().replaceAll('-', '')}`
  return world.deliveries.plan('resend', message, event, { eventId, reason, errorCode: null }, afterMs)
}

function outcomeOf(world: World, mail: AcceptedMail, request: string): { outcome: string; reason: string | null } {
  const fault = world.faults.take('resend', ['send'], Object.keys(OUTCOMES), request)
  if (fault) return { outcome: OUTCOMES[fault.kind] ?? 'delivered', reason: BOUNCES[fault.kind] ?? null }
  for (const address of mail.to.map(bareAddress)) {
    const [local = '', domain] = address.split('@')
    const wanted = local.split('+')[0] ?? ''
    if (domain === 'resend.dev' && TEST_OUTCOMES.includes(wanted)) return { outcome: wanted, reason: null }
  }
  return { outcome: 'delivered', reason: null }
}

/** Returns an instant in the REST API's format: a space, microseconds and two digits of zone. */
const restTime = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '000+00')

function wireOf(id: string, mail: AcceptedMail, now: number): Record<string, unknown> {
  return {
    object: 'email',
    id,
    message_id: `<${id}@${bareAddress(mail.from).split('@')[1]}>`,
    to: mail.to,
    from: mail.from,
    created_at: restTime(now),
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    cc: mail.cc,
    bcc: mail.bcc,
    reply_to: mail.replyTo,
    scheduled_at: null,
    ...(mail.tags && { tags: mail.tags }),
    ...(mail.topicId && { topic_id: mail.topicId }),
  }
}
