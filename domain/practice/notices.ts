import type { Change } from '../changes.ts'
import type { Actor, EventData, EventKind } from '../events.ts'
import { MESSAGES } from '../messages.ts'
import { eventSentence } from '../timeline/sentence.ts'

/** The kinds of notices to colleagues, in the order of the settings page. */
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

/** The ways to notify: under the bell, by a mail of its own, or in the next morning's digest. */
export const NOTICE_WAYS = ['inApp', 'email', 'digest'] as const
export type NoticeWay = (typeof NOTICE_WAYS)[number]

/** The clients of notices: those the colleague manages (for admins also unmanaged ones), or all visible ones. */
export const NOTICE_CLIENTS = ['managed', 'all'] as const

/** A colleague's settings: which clients, and which kinds each way notifies. */
export type NoticeSettings = { clients: (typeof NOTICE_CLIENTS)[number] } & Record<NoticeWay, NoticeKind[]>

/** The settings of a new colleague. */
export const DEFAULT_NOTICES: NoticeSettings = {
  clients: 'managed',
  inApp: NOTICE_KINDS.filter((kind) => kind !== 'accepted'),
  email: ['bank_connected', 'completed', 'declined', 'undelivered'],
  digest: ['accepted', 'books_connected', 'waiting', 'failed', 'expired', 'support'],
}

/**
 * A notice to colleagues; `to` names the one colleague it concerns, null for all. `hasMessage`: the change also queues
 * a mail to the practice, which then stands for one colleague's mail.
 */
export type Notice = { kind: NoticeKind; to: string | null; hasMessage: boolean }

type Given = Pick<Change, 'event' | 'messages'> & { actor: Actor }

/** The notice of an event, or the condition on which it gives one. An event that stands here in no line gives none. */
const OF_EVENT: Partial<Record<EventKind, NoticeKind | ((given: Given) => NoticeKind | false)>> = {
  accepted: 'accepted',
  bank_connected: 'bank_connected',
  completed: 'completed',
  declined: 'declined',
  expired: 'expired',
  message: ({ messages = [] }) => messages.some(({ purpose }) => purpose === 'staff_bounced') && 'undelivered',
  // Books give a notice only if the client connected them.
  books_connected: ({ actor }) => actor.type === 'client' && 'books_connected',
  books_waiting: ({ actor, event }) =>
    actor.type === 'client' && event.data.phase === 'check_organisation' && 'waiting',
  told: ({ event }) => event.data.about === 'same_business' && 'waiting',
  bank_failed: 'failed',
  books_failed: 'failed',
  connection_lost: 'failed',
  accounts_missing: 'failed',
  connection_recovered: ({ event }) => (event.data.step === 'bank' ? 'bank_connected' : 'books_connected'),
  disconnected: ({ event }) => event.data.by === 'client' && 'failed',
}

/** Returns the notice that a change gives; null for none. Everything that support does gives a `support` notice. */
export function noticeOf({ event, messages }: Pick<Change, 'event' | 'messages'>, actor: Actor): Notice | null {
  if (event.kind === 'assigned' && actor.type !== 'support') {
    return typeof event.data.manager === 'string' ? assignedTo(event.data.manager) : null
  }
  const rule = OF_EVENT[event.kind]
  const given = typeof rule === 'function' ? rule({ event, messages, actor }) : rule
  const kind = actor.type === 'support' ? 'support' : given
  if (!kind) return null
  return { kind, to: null, hasMessage: messages?.some(({ purpose }) => MESSAGES[purpose].saysNotice) ?? false }
}

/** Returns the notice for a colleague who becomes the account manager. */
export const assignedTo = (manager: string): Notice => ({ kind: 'assigned', to: manager, hasMessage: false })

/** Returns the text of a notice about an event: a sentence without its full stop. */
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
