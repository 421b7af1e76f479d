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

/** Returns the event kinds and actor types that a filter shows; null shows all. */
export function timelineOf(filter: TimelineFilter): { kinds: EventKind[] | null; actors: Actor['type'][] | null } {
  switch (filter) {
    case 'all':
      return { kinds: null, actors: null }
    case 'client':
      return { kinds: null, actors: ['client'] }
    case 'us':
      return { kinds: null, actors: ['staff', 'api_key'] }
    case 'messages':
      return { kinds: MESSAGE_EVENTS, actors: null }
    case 'connections':
      return { kinds: CONNECTIONS, actors: null }
    case 'support':
      return { kinds: null, actors: ['support'] }
  }
}
