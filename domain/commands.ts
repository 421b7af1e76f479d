import type { NewEvent } from './events.ts'
import type { NextAllowed } from './practice/limits.ts'
import type { UserChange, UserRole } from './practice/users.ts'
import type {
  Channel,
  Instant,
  Instants,
  MessagePurpose,
  MessageState,
  Status,
  Step,
  StepKind,
  StepOwner,
  StepPhase,
  StepReason,
} from './situation.ts'

/** The link a person came with, as it stands under the lock. */
export type LinkFact = {
  id: string
  generation: number
  channel: Channel
  purpose: 'accept' | 'continue'
  live: boolean
}

export type Command =
  | { do: 'provision' }
  | {
      do: 'invite'
      requestId: string
      channels: Channel[]
      addressUse: number
      /** Channels whose address is another one than in the present invitation. */
      corrected?: Channel[]
      by: 'staff' | 'client'
      /** It is one of many: those that somebody asks for singly go first. */
      bulk?: boolean
      /** It asks to be let in, and does not invite; `known` says whether somebody on Embark has the address. */
      asks?: boolean
      known?: boolean
      /** Null where the practice may send as much as it likes. */
      nextAllowed: NextAllowed | null
    }
  | {
      do: 'link'
      requestId: string
      send: 'email' | 'sms' | null
      reachable: boolean
      addressUse: number
      nextAllowed: NextAllowed | null
    }
  | { do: 'accept'; link: LinkFact; bankId: string | null; joinsAs: UserRole | null }
  | { do: 'decline'; requestId: string; reason: DeclineReason; by: 'client' | 'staff' }
  | { do: 'expire' }
  | { do: 'give_up' }
  | { do: 'cancel'; requestId: string; tellsClient?: boolean }
  | { do: 'undo_cancel'; requestId: string }
  | { do: 'clean_up' }
  | { do: 'reopen'; requestId: string; steps: StepKind[] }
  | { do: 'extend'; requestId: string; until: Instant }
  | { do: 'snooze'; requestId: string; until: Instant }
  | { do: 'resume'; requestId: string }
  | { do: 'touch' }
  | { do: 'complete' }
  | { do: 'skip_step'; requestId: string; step: StepKind; reason: 'not_needed' | 'other' }
  | { do: 'reopen_step'; requestId: string; step: StepKind }
  | { do: 'complete_step'; requestId: string; step: StepKind }
  | { do: 'hand_over'; requestId: string; step: StepKind; owner: StepOwner }
  | { do: 'start_session'; sessionId: string; step: 'bank' | 'books'; provider: string; institution: string | null }
  | { do: 'await_provider'; sessionId: string; step: 'bank' | 'books'; phase: StepPhase }
  | { do: 'fail_session'; sessionId: string; step: 'bank' | 'books'; reason: StepReason; provider: string }
  | { do: 'bank_back'; sessionId: string }
  | {
      do: 'connect'
      sessionId: string
      step: 'bank' | 'books'
      connectionId: string
      provider: string
      accounts: number
      /** Somebody said that it is the same business, though its name is another. */
      isConfirmed?: boolean
    }
  | { do: 'disconnect'; connectionId: string; step: 'bank' | 'books'; by: 'client' | 'staff' }
  | { do: 'map'; requestId: string; matched: number; none: number }
  | { do: 'tell'; requestId: string; about: About }
  | { do: 'stop_texts'; requestId: string }
  | { do: 'allow_texts'; requestId: string }
  | { do: 'edit'; requestId: string; fields: string[]; hasContact: boolean }
  | { do: 'assign'; requestId: string; managerId: string | null }
  | { do: 'change_access'; requestId: string; everyone: boolean; people: string[]; teams: string[] }
  | { do: 'look'; lookId: string }
  | { do: 'reveal'; requestId: string }
  | { do: 'skip_invitation'; requestId: string }
  | { do: 'change_users'; requestId: string; what: UserChange; user: string; role: UserRole | null }
  | { do: 'erase' }
  | { do: 'claim'; messageId: string }
  | {
      do: 'move_message'
      messageId: string
      to: MessageState
      reason: string | null
      /** What did not work, where it was not the address: this message, or the moment. */
      about?: 'mail' | 'moment'
    }
  | { do: 'abandon_send'; messageId: string; reason: string }

/** The command of one name. */
export type CommandOf<K extends Command['do']> = Extract<Command, { do: K }>

export const DECLINE_REASONS = ['not_my_company', 'not_the_right_person', 'no_wish', 'not_now', 'other'] as const
export type DeclineReason = (typeof DECLINE_REASONS)[number]

/** `stopped_sharing` is said by stopping, `same_business` where the organisation is chosen: neither on a form of its own. */
export const ABOUTS = [
  'open_again',
  'needs_link',
  'mistake',
  'which_bank',
  'uses_none',
  'not_my_company',
  'not_the_right_person',
  'no_wish_to_share',
  'already_linked',
  'same_business',
  'stopped_sharing',
] as const
export type About = (typeof ABOUTS)[number]

/** What people may ask for; listed in a refusal as what is allowed instead. */
export const VERBS = [
  'invite',
  'link',
  'accept',
  'decline',
  'cancel',
  'undo_cancel',
  'reopen',
  'extend',
  'snooze',
  'resume',
  'skip_step',
  'reopen_step',
  'complete_step',
  'hand_over',
  'connect',
  'map',
] as const
export type Verb = (typeof VERBS)[number]

export type RefusalCode =
  | 'not_allowed'
  | 'already_connected'
  | 'already_accepted'
  | 'newer_link'
  | 'resend_too_soon'
  | 'address_limit'
  | 'practice_limit'
  | 'no_contact'
  | 'address_unknown'
  | 'undo_too_late'
  | 'step_blocked'
  | 'steps_required'
  | 'date_out_of_range'
  | 'owner_not_possible'

/** The fact that stands in the way of what the status would allow: how a step stands, or what happened a moment ago. */
export type Because = { step: StepKind; state: 'done' | 'skipped' } | 'can_be_undone' | 'erased'

/** Why not: the present status, what is allowed instead, and an instant where waiting helps or names the limit. */
export type Refusal = {
  code: RefusalCode
  status: Status
  allowed: Verb[]
  at: Instant | null
  because: Because | null
}

/** A message to queue. Client messages go to the present invitation's recipient, staff ones to the practice. */
export type NewMessage = {
  purpose: MessagePurpose
  channels: ('email' | 'sms')[]
  n?: number
  bulk?: boolean
  /** It leaves then, and not at once. */
  notBefore?: Instant
}

/** What one transaction writes besides `fact_seq + 1`. Absent fields stay as they are. */
export type Change = {
  event: NewEvent
  instants?: Partial<Omit<Instants, 'created'>>
  expiresAt?: Instant | null
  snoozedUntil?: Instant | null
  /** A person's act, which starts the practice's give-up limit anew. */
  act?: boolean
  raiseRun?: boolean
  steps?: { kind: StepKind; set: Partial<Omit<Step, 'kind' | 'required'>> }[]
  touched?: { kind: 'client' | 'staff'; series: string; n: number }
  /** A new invitation generation; accept links of older ones die. */
  generation?: { channels: Channel[]; asks: boolean }
  /** Whether the practice has an address or number for the client from now on. */
  hasContact?: boolean
  /** The client's personal data goes. */
  erases?: true
  /** The link accepted with: it becomes a continue link and its siblings die. */
  acceptedWith?: LinkFact
  links?: 'end_all'
  /** Provider sessions to end: all, or those of one step. */
  sessions?: 'all' | 'bank' | 'books'
  messages?: NewMessage[]
  /** A message that moves on. `claims`: its invitation's window starts now. */
  message?: { id: string; state: MessageState; reason: string | null; claims: boolean }
}

export type Decision = { change: Change } | { unchanged: true } | { refusal: Refusal } | { tooEarly: Instant }
