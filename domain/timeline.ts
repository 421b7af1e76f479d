import type { AskState } from './connections/bankAsks.ts'
import { softwareLabel } from './connections/ledgers.ts'
import { AGREED_BY, type AgreedBy } from './connections/renewal.ts'
import type { Actor, EventData, EventKind } from './events.ts'
import { EDITABLE_WORDS, type Editable } from './fields/edits.ts'
import { MESSAGES, type MessagePurpose } from './messages.ts'
import { USER_ROLE_WORDS, type UserChange, type UserRole } from './practice/users.ts'
import type { Channel, Instant, MessageState, StepKind } from './situation.ts'
import { plainDate } from './words/dates.ts'

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

/** The names in a sentence about an event. `moment` formats an instant in the practice's zone. */
export type EventNames = {
  bank: string | null
  ledger: string | null
  /** The address of the event's message, and the reason its provider gave. */
  address: string | null
  reason: string | null
  /** The new account manager. */
  manager: string | null
  moment: (at: Instant) => string
}

const CHANNEL: Record<Channel, string> = { email: 'email', sms: 'text', link: 'link' }
const STEP: Record<StepKind, string> = { bank: 'Bank', books: 'Books', mapping: 'Matching' }

const LOST: Record<string, string> = {
  permission: 'permission missing',
  expired: 'access reached its end',
  ended: 'access was ended there',
  sign_in_ended: 'the sign-in ended',
}

const BECAME: Record<MessageState, string> = {
  queued: 'queued',
  sending: 'on its way',
  sent: 'sent',
  delivered: 'delivered',
  delayed: 'delayed',
  bounced: 'bounced',
  complained: 'marked as spam',
  suppressed: 'blocked',
  failed: 'failed',
  unknown: 'may or may not have been sent',
  withdrawn: 'not sent: no longer wanted',
}

const ASK_BECAME: Record<AskState, string> = {
  open: 'Another bank is waited for again',
  done: 'Another bank marked as done',
  not_needed: 'Another bank not needed',
}

const DECLINED: Record<string, string> = {
  not_my_company: 'not their company',
  not_the_right_person: 'not the right person',
  no_wish: 'no wish to share',
  not_now: 'not now',
  other: 'with a reason',
}

const REPORTED: Record<string, string> = {
  open_again: 'Asked to be let in again',
  needs_link: 'Asked for a link',
  mistake: 'Said that the withdrawal is a mistake',
  which_bank: 'Asked which bank to choose',
  uses_none: 'Said that they use none of this software',
  not_my_company: 'Said that this is not their company',
  not_the_right_person: 'Said that they are not the right person',
  no_wish_to_share: 'Said that they do not want to share the bank',
  already_linked: 'Said that the organisation is linked already',
  same_business: 'Said that the organisation is the same business',
  stopped_sharing: 'Stopped sharing',
}

const FAILED: Record<string, string> = {
  stopped: 'stopped by the client',
  cancelled: 'stopped before the end',
  refused: 'refused',
  bank_down: 'the bank is down',
  no_accounts: 'no account was chosen',
  unconfirmed: 'approved there, but not confirmed here',
  nothing_chosen: 'no organisation was chosen',
  permission: 'permission missing',
  refused_us: 'Embark was refused; its operator was told',
  already_linked: 'linked to another client',
  unavailable: 'not answering',
}

const WAITING: Record<string, string> = {
  processing: 'is processing',
  signatory: 'waits for a second signatory',
  unconfirmed: 'waits to be confirmed on our page',
  choose_organisation: 'waits for an organisation to be chosen',
  check_organisation: 'waits for its name to be checked',
}

/** Returns one event in plain words, without full stop, actor and time, which stand beside it. */
export function eventSentence(kind: EventKind, data: EventData, names: EventNames): string {
  const bank = names.bank ?? 'Bank'
  const ledger = names.ledger ?? 'Books'
  const step = STEP[data.step as StepKind]
  switch (kind) {
    case 'created':
      return data.skipsInvitation === true ? 'Client added, without an invitation' : 'Client added'
    case 'provisioned':
      return 'Client reference given'
    case 'invited':
      return data.asks ? 'Asked to be let in' : `Invited by ${throughChannels(data)}`
    case 'resent':
      if (data.asks) return 'Asked to be let in; the older link stopped working'
      return `Invited again by ${throughChannels(data)}; the older link stopped working`
    case 'link_copied':
      return data.bank ? `Link to add a bank copied${openedAgain(data)}` : 'Link copied'
    case 'link_sent':
      return data.bank
        ? `Asked for another bank by ${CHANNEL[data.channel as Channel]}${openedAgain(data)}`
        : `Link sent by ${CHANNEL[data.channel as Channel]}`
    case 'ask_undone':
      return 'Request for another bank taken back'
    case 'ask_changed':
      return ASK_BECAME[data.to as AskState] ?? 'Another bank changed'
    case 'accepted':
      if (data.asks) return 'Let you in'
      return `Accepted through the ${CHANNEL[data.channel as Channel]}`.replace('the link', 'the copied link')
    case 'declined':
      return `Declined: ${DECLINED[String(data.reason)] ?? 'with a reason'}`
    case 'expired':
      return 'Invitation expired without an answer'
    case 'extended':
      return `Link works until ${names.moment(Date.parse(String(data.until)))}`
    case 'snoozed':
      return `Chasing stopped until ${names.moment(Date.parse(String(data.until)))}`
    case 'resumed':
      return 'Chasing goes on'
    case 'cancelled':
      return 'Onboarding cancelled'
    case 'undone':
      return 'Cancellation undone'
    case 'cleaned':
      return 'Links and open sessions ended'
    case 'gave_up':
      return 'Closed without an answer'
    case 'reopened':
      return 'Opened again'
    case 'completed':
      return 'Completed: nothing left to do'
    case 'client_touched':
      return `Reminder ${data.n} to the client`
    case 'staff_touched':
      return `Reminder ${data.n} to you`
    case 'message':
      return messageSentence(data, names)
    case 'texts_stopped':
      return 'Asked for no more texts'
    case 'texts_allowed':
      return 'Asked for texts again'
    case 'told':
      return REPORTED[String(data.about)] ?? 'Told you something'
    case 'bank_started':
      return `Went to ${names.bank ?? 'the bank'}`
    case 'books_started':
      return `Went to ${names.ledger ?? 'the accounting software'}`
    case 'bank_waiting':
      return `${bank} ${WAITING[String(data.phase)] ?? 'is waited for'}`
    case 'books_waiting':
      return `${ledger} ${WAITING[String(data.phase)] ?? 'is waited for'}`
    case 'bank_failed':
      return `${bank} not connected: ${FAILED[String(data.family)] ?? 'failed'}`
    case 'bank_paused':
      return `${bank} isn’t answering: reminders paused`
    case 'bank_back':
      return `${bank} works again`
    case 'books_failed':
      return `${ledger} not connected: ${FAILED[String(data.family)] ?? 'failed'}`
    case 'bank_connected':
      return data.kept === undefined ? `${bank} connected, ${accounts(data)}` : `${bank} ${reconnectedWords(data)}`
    case 'banks_finished':
      return 'Said that these are all their banks'
    case 'books_connected':
      if (data.denied === true) return `${ledger} connected, but its bank accounts can't be read: permission missing`
      return `${ledger} connected, ${accounts(data)}${data.confirmed === true ? ', under another name' : ''}`
    case 'disconnected':
      return `${data.step === 'bank' ? bank : ledger} disconnected`
    case 'connection_lost':
      return `${data.step === 'bank' ? bank : ledger} can't be read any more: ${LOST[String(data.health)] ?? 'it ended'}`
    case 'connection_recovered':
      return `${data.step === 'bank' ? bank : ledger} works again`
    case 'renewal_asked':
      return renewalSentence(data, names.bank ?? 'the bank')
    case 'renewal_started':
      return `Agreed to keep sharing ${names.bank ?? 'the bank'}, and went there to approve`
    case 'renewal_confirmed':
      return confirmedSentence(data, names)
    case 'accounts_closed':
      return `Said that ${accounts(data)} at ${names.bank ?? 'the bank'} ${data.accounts === 1 ? 'is' : 'are'} closed`
    case 'accounts_reopened':
      return `Took back that ${accounts(data)} at ${names.bank ?? 'the bank'} ${data.accounts === 1 ? 'is' : 'are'} closed`
    case 'accounts_missing':
      return `${bank}: ${accounts(data)} can't be seen any more${Number(data.back) > 0 ? `, ${data.back} can be again` : ''}`
    case 'accounts_back':
      return `${bank}: ${accounts(data)} can be seen again`
    case 'access_snoozed':
      return data.until === null
        ? `${bank} is to be acted on again`
        : `${bank} left alone until ${names.moment(Date.parse(String(data.until)))}`
    case 'mapped':
      return Number(data.none) > 0
        ? `Accounts matched: ${data.matched}, without a match: ${data.none}`
        : `Accounts matched: ${data.matched}`
    case 'step_skipped':
      return `${step} skipped`
    case 'step_reopened':
      return `${step} opened again`
    case 'step_done':
      return `${step} marked as done`
    case 'edited':
      return `Details changed: ${(data.fields as Editable[]).map((field) => changedField(field, data)).join(', ')}`
    case 'assigned':
      return data.manager === null ? 'No account manager any more' : `Assigned to ${names.manager ?? 'a colleague'}`
    case 'access_changed':
      return `Access changed: ${accessOf(data)}`
    case 'ni_number_shown':
      return 'National Insurance number shown'
    case 'support_looked':
      return 'Opened by support'
    case 'invitation_skipped':
      return 'Invitation skipped: it had not left'
    case 'users_changed':
      return usersSentence(data)
    case 'erased':
      return 'Personal data erased'
    case 'step_handed_over':
      return `${step} handed to ${data.owner === 'client' ? 'the client' : 'you'}`
  }
}

const openedAgain = ({ reopens }: EventData): string => (reopens === true ? '; onboarding opened again' : '')

/** Returns `reconnected, 3 of 4 matches kept, 1 account is new, 1 is no longer shared`. */
function reconnectedWords({ kept, matched, ...change }: EventData): string {
  const matches = Number(matched) > 0 ? [`${kept} of ${matched} matches kept`] : []
  return ['reconnected', ...matches, ...accountChanges(change)].join(', ')
}

/** Returns `1 account is new` and `1 is no longer shared`, as far as there are such accounts. */
const accountChanges = ({ added, missing }: EventData): string[] => [
  ...(Number(added) > 0 ? [added === 1 ? '1 account is new' : `${added} accounts are new`] : []),
  ...(Number(missing) > 0 ? [missing === 1 ? '1 is no longer shared' : `${missing} are no longer shared`] : []),
]

const renewalSentence = (data: EventData, bank: string): string =>
  (data.channels as Channel[]).length > 0
    ? `Asked by ${throughChannels(data)} to keep sharing ${bank}`
    : `Nobody could be asked to keep sharing ${bank}: no address works`

function confirmedSentence({ until, how, agreedOn, ...change }: EventData, { bank, moment }: EventNames): string {
  const what = `sharing ${bank ?? 'the bank'} until ${moment(Date.parse(String(until)))}`
  if (how === undefined) return [`Agreed to keep ${what}`, ...accountChanges(change)].join('; ')
  const day = plainDate(Date.parse(String(agreedOn)), 'UTC')
  return `Confirmed ${what} for the client, who agreed ${AGREED_BY[how as AgreedBy]} on ${day}`
}

function changedField(field: Editable, { software }: EventData): string {
  const word = EDITABLE_WORDS[field] ?? 'other'
  return field === 'software' && software ? `${word} (${softwareLabel(String(software))})` : word
}

function accessOf({ everyone, people, teams }: EventData): string {
  if (everyone === true) return 'everyone'
  const count = (list: EventData[string] | undefined, one: string, more: string) => {
    const n = Array.isArray(list) ? list.length : 0
    return n === 0 ? [] : [`${n} ${n === 1 ? one : more}`]
  }
  const parts = [...count(people, 'colleague', 'colleagues'), ...count(teams, 'team', 'teams')]
  return parts.length > 0 ? parts.join(' and ') : 'admins only'
}

const USERS: Record<UserChange, (role: string) => string> = {
  invited: (role) => `Somebody invited as ${role}`,
  joined: (role) => `Somebody joined as ${role}`,
  role_changed: (role) => `Somebody became ${role}`,
  removed: () => 'Somebody removed from the users',
  withdrawn: () => 'An invitation of a user withdrawn',
}

function usersSentence({ what, role }: EventData): string {
  return USERS[what as UserChange]?.(USER_ROLE_WORDS[role as UserRole] ?? 'a user') ?? 'Users changed'
}

const accounts = ({ accounts: n }: EventData): string => (n === 1 ? '1 account' : `${n} accounts`)

function throughChannels({ channels }: EventData): string {
  const words = (channels as Channel[]).map((channel) => (channel === 'link' ? 'copied link' : CHANNEL[channel]))
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : (words[0] ?? 'link')
}

function messageSentence({ purpose, channel, state }: EventData, { address, reason }: EventNames): string {
  const rules = MESSAGES[purpose as MessagePurpose]
  const what = rules?.word ?? 'Message'
  const isForClient = rules?.audience !== 'practice'
  const by = isForClient ? ` by ${CHANNEL[channel as Channel]}` : ''
  const to = address && isForClient ? ` to ${address}` : ''
  const why = reason && ['bounced', 'suppressed', 'failed', 'delayed'].includes(String(state)) ? `: ${reason}` : ''
  return `${what}${by}${to} ${BECAME[state as MessageState] ?? state}${why}`
}
