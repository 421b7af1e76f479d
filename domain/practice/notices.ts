import type { Change } from '../commands.ts'
import type { Actor, EventData, EventKind } from '../events.ts'
import { MESSAGES } from '../messages.ts'
import { eventSentence } from '../timeline.ts'

/** What colleagues are told of, in the order of their settings. */
export const NOTICE_KINDS = [
  'accepted',
  'bank_connected',
  'books_connected',
  'waiting',
  'completed',
  'declined',
  'undelivered',
  'failed',
  'expired',
  'assigned',
  'support',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** The ways of telling: under the bell, by a mail of its own, and in the mail of the next morning. */
export const NOTICE_WAYS = ['inApp', 'email', 'digest'] as const
export type NoticeWay = (typeof NOTICE_WAYS)[number]

/** Of which clients: those one manages (for admins also those nobody manages), or all that one may see. */
export const NOTICE_CLIENTS = ['managed', 'all'] as const

/** What somebody chose: of which clients, and what each way tells. */
export type NoticeSettings = { clients: (typeof NOTICE_CLIENTS)[number] } & Record<NoticeWay, NoticeKind[]>

/** How it is for everybody at first. */
export const DEFAULT_NOTICES: NoticeSettings = {
  clients: 'managed',
  inApp: NOTICE_KINDS.filter((kind) => kind !== 'accepted'),
  email: ['bank_connected', 'completed', 'declined', 'undelivered'],
  digest: ['accepted', 'books_connected', 'waiting', 'failed', 'expired', 'support'],
}

/**
 * What a change is to those who are told of it; `to` names the one colleague it concerns. `hasMessage`: it queues a
 * message to the practice, which the mail of one of them goes with.
 */
export type Notice = { kind: NoticeKind; to: string | null; hasMessage: boolean }

/** Of what a change tells colleagues; null where nobody is told. What support does is told as such, whatever it is. */
export function noticeOf({ event, messages }: Pick<Change, 'event' | 'messages'>, actor: Actor): Notice | null {
  const hasMessage = messages?.some(({ purpose }) => MESSAGES[purpose].saysNotice) ?? false
  const all = (kind: NoticeKind): Notice => ({ kind, to: null, hasMessage })
  if (actor.type === 'support') return all('support')
  switch (event.kind) {
    case 'accepted':
    case 'bank_connected':
    case 'completed':
    case 'declined':
    case 'expired':
      return all(event.kind)
    case 'message':
      return messages?.some(({ purpose }) => purpose === 'staff_bounced') ? all('undelivered') : null
    // The books are told of when they are the client's doing.
    case 'books_connected':
      return actor.type === 'client' ? all('books_connected') : null
    case 'books_waiting':
      return actor.type === 'client' && event.data.phase === 'check_organisation' ? all('waiting') : null
    case 'told':
      return event.data.about === 'same_business' ? all('waiting') : null
    case 'bank_failed':
    case 'books_failed':
      return all('failed')
    case 'disconnected':
      return event.data.by === 'client' ? all('failed') : null
    case 'assigned':
      return typeof event.data.manager === 'string' ? assignedTo(event.data.manager) : null
    default:
      return null
  }
}

/** That somebody looks after a client from now on. */
export const assignedTo = (manager: string): Notice => ({ kind: 'assigned', to: manager, hasMessage: false })

/** A notice in plain words, of the event it tells: a sentence without its full stop. */
export function noticeSentence(notice: NoticeKind, kind: EventKind, data: EventData): string {
  if (notice === 'assigned') return 'Assigned to you'
  const sentence = eventSentence(kind, data, {
    bank: null,
    ledger: null,
    address: null,
    reason: null,
    manager: null,
    moment: () => 'another time',
  })
  if (kind === 'disconnected') return `Stopped sharing: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`
  return notice === 'support' && kind !== 'support_looked' ? `Support: ${sentence}` : sentence
}
