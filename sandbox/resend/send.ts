import { randomUUID } from 'node:crypto'
import { bareAddress } from '../messages.ts'
import type { World } from '../world.ts'
import type { AcceptedMail } from './mail.ts'

const OUTCOMES: Record<string, string> = {
  bounce: 'bounced',
  delay: 'delivery_delayed',
  complain: 'complained',
  suppress: 'suppressed',
  fail: 'failed',
}
const TEST_OUTCOMES = ['delivered', 'bounced', 'complained', 'suppressed']

/** Keeps one mail and plans what will be reported about it. Returns its id. Call it inside a transaction. */
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
    state: mail.scheduledAt === null ? 'sent' : 'scheduled',
  })
  const waitMs = Math.max(0, (mail.scheduledAt ?? now) - now)
  const outcome = outcomeOf(world, mail, request)
  if (outcome !== 'suppressed' && (waitMs > 0 || events.includes('email.sent'))) plan(world, message, 'sent', waitMs)
  plan(world, message, outcome, waitMs + deliverAfterMs)
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

function outcomeOf(world: World, mail: AcceptedMail, request: string): string {
  const fault = world.faults.take('resend', ['send', 'batch'], Object.keys(OUTCOMES), request)
  if (fault) return OUTCOMES[fault.kind] ?? 'delivered'
  for (const address of mail.to.map(bareAddress)) {
    const [local = '', domain] = address.split('@')
    const wanted = local.split('+')[0] ?? ''
    if (domain === 'resend.dev' && TEST_OUTCOMES.includes(wanted)) return wanted
  }
  return 'delivered'
}

function wireOf(id: string, mail: AcceptedMail, now: number): Record<string, unknown> {
  return {
    object: 'email',
    id,
    message_id: `<${id}@${bareAddress(mail.from).split('@')[1]}>`,
    to: mail.to,
    from: mail.from,
    created_at: new Date(now).toISOString(),
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    cc: mail.cc,
    bcc: mail.bcc,
    reply_to: mail.replyTo,
    scheduled_at: mail.scheduledAt === null ? null : new Date(mail.scheduledAt).toISOString(),
    ...(mail.tags && { tags: mail.tags }),
    ...(mail.topicId && { topic_id: mail.topicId }),
  }
}
