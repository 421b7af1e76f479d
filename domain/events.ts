/**
 * The closed list of event kinds. The key is unique per kind in one onboarding, so that the same fact is recorded once.
 * Data holds ids and choices, never addresses or free text about a person.
 */
export const EVENT_KINDS = [
  'created', // key: empty
  'provisioned', // key: empty
  'invited', // generation
  'resent', // generation
  'link_copied', // request id
  'link_sent', // request id
  'ask_undone', // request id
  'ask_changed', // request id
  'accepted', // generation
  'declined', // generation
  'expired', // generation:expires_at
  'extended', // request id
  'snoozed', // request id
  'resumed', // request id
  'cancelled', // request id
  'undone', // request id
  'cleaned', // run
  'gave_up', // run
  'reopened', // request id
  'completed', // run
  'client_touched', // series:n:seq
  'staff_touched', // series:n:seq
  'message', // message id:state
  'texts_stopped', // request id
  'texts_allowed', // request id
  'told', // request id
  'bank_started', // session id
  'bank_waiting', // session id:phase:seq
  'bank_failed', // session id
  'bank_paused', // outage id:seq
  'bank_back', // session id, with :seq for a client who did not try
  'bank_connected', // connection id
  'banks_finished', // request id
  'books_started', // session id
  'books_waiting', // session id:phase:seq
  'books_failed', // session id
  'books_connected', // connection id
  'disconnected', // connection id
  'connection_lost', // connection id:seq
  'connection_recovered', // connection id:seq
  'renewal_asked', // connection id:seq
  'renewal_started', // session id
  'renewal_confirmed', // connection id:seq
  'accounts_closed', // connection id:seq
  'accounts_reopened', // connection id:seq
  'accounts_missing', // connection id:seq
  'accounts_back', // connection id:seq
  'access_snoozed', // connection id:seq
  'mapped', // request id
  'step_skipped', // request id
  'step_reopened', // request id
  'step_done', // request id
  'step_handed_over', // request id
  'edited', // request id
  'ni_number_shown', // request id
  'assigned', // request id
  'access_changed', // request id
  'support_looked', // look id
  'users_changed', // request id
  'invitation_skipped', // request id
  'erased', // key: empty
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

export type EventData = Record<string, string | number | boolean | null | string[]>

export type NewEvent = { kind: EventKind; key: string; data: EventData }

export const ACTOR_TYPES = ['client', 'staff', 'support', 'api_key', 'system', 'provider'] as const

/**
 * The author of an event. `id` is the API key, person or link; a client is identified by the link. `support` is a
 * support person whom the practice let in.
 */
export type Actor = { type: (typeof ACTOR_TYPES)[number]; id: string | null }

/** The versions of the words that a yes is given to: the client's page, and the colleague's dialog. */
export const CONSENT_WORDING = 'consent-2'
export const FOR_CLIENT_WORDING = 'for-client-1'
