import type { MessageFact, MessageState } from './messageFacts.ts'
import type { Facts, Status } from './situation.ts'

/**
 * Delivery states by rank. A report never moves a message to a lower or equal rank. A withdrawn message ranks below the
 * provider's reports, because a report proves that it left.
 */
const RANK: Record<MessageState, number> = {
  queued: 0,
  sending: 1,
  unknown: 2,
  withdrawn: 2,
  sent: 3,
  delayed: 4,
  delivered: 5,
  bounced: 6,
  complained: 6,
  suppressed: 6,
  failed: 6,
}

/** Returns true if a message may move from one state to the other. */
export function advances(from: MessageState, to: MessageState): boolean {
  return RANK[to] > RANK[from]
}

/** The conditions under which a message that has not left is still worth sending. */
type Wanted = {
  /** The statuses in which it is wanted; absent for every status. */
  in?: readonly Status[]
  /** True if it is wanted only until its invitation is replaced. */
  current?: true
  /**
   * The condition that must still hold: the reminder series runs, the bank can be connected, another one is asked for, or
   * an answer is waited for.
   */
  while?: 'client_series' | 'staff_series' | 'bank_open' | 'bank_asked' | 'renewal_asked'
}

/** The rules of one purpose. `messages/catalogue.ts` says how its messages are composed. */
type MessageRules = {
  audience: 'client' | 'practice'
  /** The aim: to ask the client to act, to close the subject for the client, or to inform the practice. */
  aim: 'ask' | 'close' | 'inform'
  wanted: Wanted
  /** True if a person's command sends it. The next one must wait a minute, and it counts against the limits. */
  byCommand?: true
  /** True if its first claim starts the invitation's window. */
  startsWindow?: true
  /** True if it invites. It is held back if its address belongs to somebody at another client, until confirmed. */
  invites?: true
  /** True if it is about a link that has ended: it names that link and creates none. */
  namesLastLink?: true
  /** True if its link works for as long as after a person's command, also after completion. */
  keepsLink?: true
  /** True if it waits until the cancellation can no longer be undone. */
  afterCleanUp?: true
  /** True if it says the same as a notice, so that it can go to a colleague who wants that notice by mail. */
  saysNotice?: true
  /** The name in the timeline. */
  word: string
}

/** The rules of a message that asks the client to accept. */
const TO_ACCEPT = {
  audience: 'client',
  aim: 'ask',
  wanted: { in: ['invited'], current: true },
  byCommand: true,
  startsWindow: true,
} as const

/** The rules of a message to the practice that says the same as a notice. */
const NOTICE = { audience: 'practice', aim: 'inform', wanted: {}, saysNotice: true } as const

const RULES = {
  invitation: { ...TO_ACCEPT, invites: true, word: 'Invitation' },
  new_link: { ...TO_ACCEPT, invites: true, word: 'New link' },
  access_request: { ...TO_ACCEPT, word: 'Request to be let in' },
  continue_link: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['accepted', 'completed'], current: true },
    byCommand: true,
    word: 'Link to go on',
  },
  another_bank: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['accepted', 'completed'], current: true, while: 'bank_asked' },
    byCommand: true,
    word: 'Request for another bank',
  },
  client_touch: {
    audience: 'client',
    aim: 'ask',
    wanted: { current: true, while: 'client_series' },
    word: 'Reminder',
  },
  bank_back: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['accepted'], current: true, while: 'bank_open' },
    word: 'Notice that the bank works again',
  },
  renewal: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['accepted', 'completed'], current: true, while: 'renewal_asked' },
    keepsLink: true,
    word: 'Request to keep sharing',
  },
  confirmed_for_client: {
    audience: 'client',
    aim: 'inform',
    wanted: { in: ['accepted', 'completed'], current: true },
    keepsLink: true,
    word: 'Notice of a confirmation for the client',
  },
  client_done: {
    audience: 'client',
    aim: 'close',
    wanted: { in: ['completed'], current: true },
    word: 'Notice of completion',
  },
  client_expired: {
    audience: 'client',
    aim: 'close',
    wanted: { in: ['expired'], current: true },
    namesLastLink: true,
    word: 'Notice of the expired link',
  },
  client_withdrawn: {
    audience: 'client',
    aim: 'close',
    wanted: { in: ['cancelled'], current: true },
    namesLastLink: true,
    afterCleanUp: true,
    word: 'Notice of the withdrawn invitation',
  },
  staff_touch: { audience: 'practice', aim: 'inform', wanted: { while: 'staff_series' }, word: 'Reminder to you' },
  staff_bounced: { ...NOTICE, word: 'Notice of a failed message to you' },
  staff_bank_connected: { ...NOTICE, word: 'Notice of the connected bank to you' },
  staff_completed: { ...NOTICE, word: 'Notice of completion to you' },
  staff_declined: { ...NOTICE, word: 'Notice of the declined invitation to you' },
  staff_told: { audience: 'practice', aim: 'inform', wanted: {}, word: 'Note from the client to you' },
} as const satisfies Record<string, MessageRules>

/** The purposes of messages, and those of messages to the practice. */
export type MessagePurpose = keyof typeof RULES
export type StaffPurpose = Extract<MessagePurpose, `staff_${string}`>

/** The rules of every purpose. */
export const MESSAGES: Record<MessagePurpose, MessageRules> &
  Record<StaffPurpose, { audience: 'practice'; aim: 'inform' }> = RULES

const purposesThat = (holds: (rules: MessageRules) => boolean | undefined): MessagePurpose[] =>
  (Object.keys(MESSAGES) as MessagePurpose[]).filter((purpose) => holds(MESSAGES[purpose]))

/** The purposes that a rule applies to, for conditions in SQL. */
export const TO_CLIENTS = purposesThat(({ audience }) => audience === 'client')
export const BY_COMMAND = purposesThat(({ byCommand }) => byCommand)
export const INVITING = purposesThat(({ invites }) => invites)

/** Returns true for a message by which a client is led through the onboarding. A renewal is asked about afterwards. */
export const isOfInvitation = (purpose: MessagePurpose): boolean =>
  MESSAGES[purpose].aim === 'ask' && purpose !== 'renewal'

/** Returns true if a message goes to the practice rather than to the client. */
export const isForStaff = (purpose: MessagePurpose): purpose is StaffPurpose =>
  MESSAGES[purpose].audience === 'practice'

/** Returns true if a person waits for this message: they asked for it singly. */
export const isAwaited = ({ purpose, bulk }: Pick<MessageFact, 'purpose' | 'bulk'>): boolean =>
  MESSAGES[purpose].byCommand === true && !bulk

/** Returns true if a message is queued or sending and may leave now. */
export function isDue(facts: Pick<Facts, 'instants'>, { purpose, state }: MessageFact): boolean {
  if (state !== 'queued' && state !== 'sending') return false
  return !MESSAGES[purpose].afterCleanUp || facts.instants.cleaned !== null
}

/** Returns true if an invitation is held back because its address belongs to somebody at another client. */
export const isHeldBack = ({ state, cause }: Pick<MessageFact, 'state' | 'cause'>): boolean =>
  state === 'suppressed' && cause === 'known_address'
