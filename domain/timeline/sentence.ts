import type { AskState } from '../connections/bankAsks.ts'
import { softwareLabel } from '../connections/ledgers.ts'
import { AGREED_BY, type AgreedBy } from '../connections/renewal.ts'
import type { EventData, EventKind } from '../events.ts'
import { EDITABLE_WORDS, type Editable } from '../fields/edits.ts'
import type { MessageState } from '../messageFacts.ts'
import { MESSAGES, type MessagePurpose } from '../messages.ts'
import { USER_ROLE_WORDS, type UserChange, type UserRole } from '../practice/users.ts'
import type { Channel, Instant, StepKind } from '../situation.ts'
import { plainDate } from '../words/dates.ts'

import { ASK_BECAME, BECAME, CHANNEL, DECLINED, FAILED, LOST, REPORTED, STEP, THROUGH, WAITING } from './words.ts'

/** The names in a sentence about an event. `moment` formats an instant in the practice's zone. */
export type EventNames = {
  bank: string | null
  ledger: string | null
  /** The address of the event's message, and why it did not arrive. */
  address: string | null
  reason: string | null
  /** The new account manager. */
  manager: string | null
  moment: (at: Instant) => string
}

/** The events whose sentence depends on nothing. */
const PLAIN = {
  provisioned: 'Client reference given',
  ask_undone: 'Request for another bank taken back',
  expired: 'Invitation expired without an answer',
  resumed: 'Chasing goes on',
  cancelled: 'Onboarding cancelled',
  undone: 'Cancellation undone',
  cleaned: 'Links and open sessions ended',
  gave_up: 'Closed without an answer',
  reopened: 'Opened again',
  completed: 'Completed: nothing left to do',
  texts_stopped: 'Asked for no more texts',
  texts_allowed: 'Asked for texts again',
  banks_finished: 'Said that these are all their banks',
  ni_number_shown: 'National Insurance number shown',
  support_looked: 'Opened by support',
  invitation_skipped: 'Invitation skipped: it had not left',
  erased: 'Personal data erased',
} as const satisfies Partial<Record<EventKind, string>>

const isPlain = (kind: EventKind): kind is keyof typeof PLAIN => kind in PLAIN

/** Returns one event in plain words, without full stop, actor and time, which stand beside it. */
export function eventSentence(kind: EventKind, data: EventData, names: EventNames): string {
  if (isPlain(kind)) return PLAIN[kind]
  const bank = names.bank ?? 'Bank'
  const ledger = names.ledger ?? 'Books'
  const step = STEP[data.step as StepKind]
  switch (kind) {
    case 'created':
      return data.skipsInvitation === true ? 'Client added, without an invitation' : 'Client added'
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
    case 'ask_changed':
      return ASK_BECAME[data.to as AskState] ?? 'Another bank changed'
    case 'accepted':
      if (data.asks) return 'Let you in'
      return `Accepted through the ${THROUGH[data.channel as Channel]}`
    case 'declined':
      return `Declined: ${DECLINED[String(data.reason)] ?? 'with a reason'}`
    case 'extended':
      return `Link works until ${names.moment(Date.parse(String(data.until)))}`
    case 'snoozed':
      return `Chasing stopped until ${names.moment(Date.parse(String(data.until)))}`
    case 'client_touched':
      return `Reminder ${data.n} to the client`
    case 'staff_touched':
      return `Reminder ${data.n} to you`
    case 'message':
      return messageSentence(data, names)
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
    case 'users_changed':
      return usersSentence(data)
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
  const words = (channels as Channel[]).map((channel) => THROUGH[channel])
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
