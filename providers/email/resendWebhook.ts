import { z } from 'zod'
import type { DeliveryReport, MailEvent } from './email.ts'
import { instantOf } from './resendTime.ts'

const STATES: Record<string, DeliveryReport['state']> = {
  'email.sent': 'sent',
  'email.delivery_delayed': 'delayed',
  'email.delivered': 'delivered',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
  'email.suppressed': 'suppressed',
  'email.failed': 'failed',
}

/** Event kinds that say nothing about delivery. Opens and clicks may come from a scanner. */
const UNTRACKED = /^(email\.(scheduled|opened|clicked|received)|(domain|contact|suppression|topic|inbox)\.[a-z_.]+)$/

const eventSchema = z.object({
  type: z.string(),
  created_at: z.unknown(),
  data: z.object({
    email_id: z.string().min(1),
    tags: z.object({ message_id: z.string().optional() }).nullish().catch(null),
    bounce: z.object({ type: z.string().nullish(), subType: z.string().nullish() }).nullish().catch(null),
    failed: z.object({ reason: z.string().nullish() }).nullish().catch(null),
  }),
})

/** Maps a verified event. An unreadable date is replaced by the time of the signature. */
export function eventOf(body: unknown, headers: Record<string, string | undefined>): MailEvent | null {
  const kind = z.object({ type: z.string() }).safeParse(body).data?.type ?? ''
  if (UNTRACKED.test(kind)) return null
  const event = eventSchema.safeParse(body)
  const state = STATES[kind]
  if (!event.success || !state) return { unknownKind: /^[\w.]{1,60}$/.test(kind) ? kind : 'unreadable' }
  const { created_at, data } = event.data
  return {
    providerEventId: headers['svix-id'] ?? '',
    messageId: data.tags?.message_id ?? null,
    providerId: data.email_id,
    at: (typeof created_at === 'string' && instantOf(created_at)) || new Date(Number(headers['svix-timestamp']) * 1000),
    ...outcomeOf(state, data),
  }
}

type Detail = Pick<z.infer<typeof eventSchema>['data'], 'bounce' | 'failed'>

const THE_MAIL_ITSELF: Record<string, string> = {
  MessageTooLarge: 'mail is too large for this mailbox',
  ContentRejected: "mailbox's server refused the content",
  AttachmentRejected: "mailbox's server refused the content",
}

/** Returns the outcome, with plain words for staff that fit after "Bounced 09:12:"; null if the state says all. */
function outcomeOf(
  state: DeliveryReport['state'],
  { bounce, failed }: Detail,
): Pick<DeliveryReport, 'state' | 'reason' | 'about' | 'trouble'> {
  switch (state) {
    case 'bounced': {
      const refused = THE_MAIL_ITSELF[bounce?.subType ?? '']
      if (refused) return { state: 'failed', reason: refused, about: 'mail' }
      const isFull = bounce?.subType === 'MailboxFull'
      const isSoft = bounce?.type === 'Transient' || bounce?.type === 'Undetermined'
      const soft = isFull ? 'mailbox is full' : 'mailbox refused the mail for now'
      if (isSoft) return { state, reason: soft, about: 'moment' }
      return {
        state,
        reason: isFull ? 'mailbox is full' : bounce ? 'mailbox does not exist' : 'mailbox refused the mail',
      }
    }
    case 'delayed':
      return { state, reason: "the receiver's server does not take it yet" }
    case 'complained':
      return { state, reason: 'the receiver marked it as spam' }
    case 'suppressed':
      return { state, reason: 'this address bounced or complained before' }
    case 'failed': {
      const reason = 'the mail provider could not send it'
      return { state, reason, about: 'mail', trouble: { code: codeOf(failed?.reason), reason, restMs: null } }
    }
    case 'sent':
    case 'delivered':
      return { state, reason: null }
  }
}

/** Returns the reason if it is a code, else `failed`: free text may hold an address. */
const codeOf = (reason: string | null | undefined): string =>
  reason && /^[a-z_]{1,60}$/.test(reason) ? reason : 'failed'
