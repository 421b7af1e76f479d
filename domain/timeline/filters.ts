import type { Actor, EventKind } from '../events.ts'

/** The filters of the timeline. `us` is the practice, `support` is Embark support. */
export const TIMELINE_FILTERS = ['all', 'client', 'us', 'messages', 'connections', 'support'] as const
export type TimelineFilter = (typeof TIMELINE_FILTERS)[number]

const MESSAGE_EVENTS: EventKind[] = [
  'invited',
  'resent',
  'link_copied',
  'link_sent',
  'client_touched',
  'staff_touched',
  'message',
  'texts_stopped',
  'texts_allowed',
  'invitation_skipped',
]
const CONNECTIONS: EventKind[] = [
  'bank_started',
  'bank_waiting',
  'bank_failed',
  'bank_paused',
  'bank_back',
  'bank_connected',
  'banks_finished',
  'books_started',
  'books_waiting',
  'books_failed',
  'books_connected',
  'disconnected',
  'connection_lost',
  'connection_recovered',
  'renewal_asked',
  'renewal_started',
  'renewal_confirmed',
  'accounts_closed',
  'accounts_reopened',
  'accounts_missing',
  'accounts_back',
  'access_snoozed',
  'mapped',
]

/** The event kinds and actor types that each filter shows; null shows all. */
export const SHOWN_BY: Record<TimelineFilter, { kinds: EventKind[] | null; actors: Actor['type'][] | null }> = {
  all: { kinds: null, actors: null },
  client: { kinds: null, actors: ['client'] },
  us: { kinds: null, actors: ['staff', 'api_key'] },
  messages: { kinds: MESSAGE_EVENTS, actors: null },
  connections: { kinds: CONNECTIONS, actors: null },
  support: { kinds: null, actors: ['support'] },
}
