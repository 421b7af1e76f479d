import type { Change } from '../commands.ts'
import type { Actor, EventData, EventKind } from '../events.ts'
import { MESSAGES } from '../messages.ts'
import { eventSentence } from '../timeline.ts'

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

/** Returns the notice that a change gives; null for none. Everything that support does gives a `support` notice. */
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
    // Books give a notice only if the client connected them.
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
    case 'created':
    case 'provisioned':
    case 'invited':
    case 'resent':
    case 'link_copied':
    case 'link_sent':
    case 'extended':
    case 'snoozed':
    case 'resumed':
    case 'cancelled':
    case 'undone':
    case 'cleaned':
    case 'gave_up':
    case 'reopened':
    case 'client_touched':
    case 'staff_touched':
    case 'texts_stopped':
    case 'texts_allowed':
    case 'bank_started':
    case 'bank_waiting':
    case 'bank_back':
    case 'books_started':
    case 'mapped':
    case 'step_skipped':
    case 'step_reopened':
    case 'step_done':
    case 'step_handed_over':
    case 'edited':
    case 'ni_number_shown':
    case 'access_changed':
    case 'support_looked':
    case 'users_changed':
    case 'invitation_skipped':
    case 'erased':
      return null
  }
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
