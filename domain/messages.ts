import type { Facts, MessageFact, MessagePurpose, MessageState, StaffPurpose, Status } from './situation.ts'

/**
 * Delivery states by rank: a report never moves a message to a lower one. Equal ranks keep the first. A withdrawn message
 * ranks below what a provider reports: a report proves that it left after all.
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

/** When a message that has not left yet is still worth sending. */
type Wanted = {
  /** Statuses it is wanted in; absent for every one. */
  in?: readonly Status[]
  /** Only as long as its invitation has not been replaced. */
  current?: true
  /** Only as long as the series that it reminds in runs, or the bank can be connected. */
  while?: 'client_series' | 'staff_series' | 'bank_open'
}

/** What holds for every message of a purpose. `messages/catalogue.ts` says what such messages are made of. */
type MessageRules = {
  audience: 'client' | 'practice'
  /** It asks the client to act, tells them how it ended, or informs the practice. */
  aim: 'ask' | 'close' | 'inform'
  wanted: Wanted
  /** A person's command sends it. The next one has to wait a minute, and it counts against the limits. */
  byCommand?: true
  /** Its first claim starts the window of the invitation. */
  startsWindow?: true
  /** It invites somebody who may be at home at another client already, and is held back until staff say they are meant. */
  invites?: true
  /** It is about a link that is over: it names that link and makes no new one. */
  namesLastLink?: true
  /** It waits until the cancellation cannot be undone any more. */
  afterCleanUp?: true
  /** It says the same as a notice, and may go to a colleague who wants that by mail. */
  saysNotice?: true
  /** What the timeline calls it. */
  word: string
}

/** The rules of every purpose. */
export const MESSAGES: Record<MessagePurpose, MessageRules> &
  Record<StaffPurpose, { audience: 'practice'; aim: 'inform' }> = {
  invitation: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['invited'], current: true },
    byCommand: true,
    startsWindow: true,
    invites: true,
    word: 'Invitation',
  },
  new_link: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['invited'], current: true },
    byCommand: true,
    startsWindow: true,
    invites: true,
    word: 'New link',
  },
  access_request: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['invited'], current: true },
    byCommand: true,
    startsWindow: true,
    word: 'Request to be let in',
  },
  continue_link: {
    audience: 'client',
    aim: 'ask',
    wanted: { in: ['accepted', 'completed'], current: true },
    byCommand: true,
    word: 'Link to go on',
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
  staff_bounced: {
    audience: 'practice',
    aim: 'inform',
    wanted: {},
    saysNotice: true,
    word: 'Notice of a failed message to you',
  },
  staff_bank_connected: {
    audience: 'practice',
    aim: 'inform',
    wanted: {},
    saysNotice: true,
    word: 'Notice of the connected bank to you',
  },
  staff_completed: {
    audience: 'practice',
    aim: 'inform',
    wanted: {},
    saysNotice: true,
    word: 'Notice of completion to you',
  },
  staff_declined: {
    audience: 'practice',
    aim: 'inform',
    wanted: {},
    saysNotice: true,
    word: 'Notice of the declined invitation to you',
  },
  staff_told: { audience: 'practice', aim: 'inform', wanted: {}, word: 'Note from the client to you' },
}

const purposesThat = (holds: (rules: MessageRules) => boolean | undefined): MessagePurpose[] =>
  (Object.keys(MESSAGES) as MessagePurpose[]).filter((purpose) => holds(MESSAGES[purpose]))

/** Purposes by rule, for conditions in SQL. */
export const TO_CLIENTS = purposesThat(({ audience }) => audience === 'client')
export const BY_COMMAND = purposesThat(({ byCommand }) => byCommand)
export const INVITING = purposesThat(({ invites }) => invites)

/** Returns true if a message goes to the practice rather than to the client. */
export const isForStaff = (purpose: MessagePurpose): purpose is StaffPurpose =>
  MESSAGES[purpose].audience === 'practice'

/** Returns true if somebody waits for this one message: it was asked for singly, and not by the workflow. */
export const isAwaited = ({ purpose, bulk }: Pick<MessageFact, 'purpose' | 'bulk'>): boolean =>
  MESSAGES[purpose].byCommand === true && !bulk

/** Returns true if a message may leave by now. */
export function isDue(facts: Pick<Facts, 'instants'>, { purpose, state }: MessageFact): boolean {
  if (state !== 'queued' && state !== 'sending') return false
  return !MESSAGES[purpose].afterCleanUp || facts.instants.cleaned !== null
}

/** Why an invitation is held back: somebody at another client has its address, and staff have not said they are meant. */
export const KNOWN_ADDRESS = 'This address already belongs to someone on Embark.'

/** Returns true if a message was held back for that. */
export function isHeldBack({ state, reason }: Pick<MessageFact, 'state' | 'reason'>): boolean {
  return state === 'suppressed' && reason === KNOWN_ADDRESS
}
