import type { AskState, BankAsk } from './connections/bankAsks.ts'
import type { LossReason } from './connections/connectionLife.ts'
import type { Software } from './connections/ledgers.ts'
import type { ForClient, NotForClient } from './connections/renewal.ts'
import type { Bank } from './connections/severalBanks.ts'
import type { NewEvent } from './events.ts'
import type { MessagePurpose } from './messages.ts'
import type { NextAllowed } from './practice/limits.ts'
import type { UserChange, UserRole } from './practice/users.ts'
import type {
  Channel,
  Instant,
  Instants,
  MessageCause,
  MessageState,
  Status,
  Step,
  StepKind,
  StepOwner,
  StepPhase,
  StepReason,
  Way,
} from './situation.ts'

/** The link that a client came with, as read under the lock. */
export type LinkFact = {
  id: string
  generation: number
  channel: Channel
  purpose: 'accept' | 'continue'
  live: boolean
}

/** A yes to which accounts of a connection, until when, and the version of the words that were shown with it. */
export type Agreement = { connectionId: string; accounts: string[]; until: Instant; wording: string }

export type Command =
  | { do: 'provision' }
  | {
      do: 'invite'
      requestId: string
      channels: Channel[]
      addressUse: number
      /** The channels whose address differs from the one in the present invitation. */
      corrected?: Channel[]
      by: 'staff' | 'client'
      /** True for one of many invitations sent at once; single ones are sent first. */
      bulk?: boolean
      /** Asks to be let in to an organisation that is on Embark. `known`: its address belongs to somebody on Embark. */
      asks?: boolean
      known?: boolean
      /** The instants from which a limited practice may send again; null for a practice without a limit. */
      nextAllowed: NextAllowed | null
    }
  | {
      do: 'link'
      requestId: string
      /** Set for a request to add a bank. */
      asks?: AskedBank
      send: 'email' | 'sms' | null
      reachable: boolean
      addressUse: number
      nextAllowed: NextAllowed | null
    }
  /** Takes a request for another bank back before it leaves. */
  | { do: 'undo_ask'; requestId: string; ask: string }
  | { do: 'change_ask'; requestId: string; ask: string; to: AskState }
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
  | { do: 'remind' }
  | { do: 'complete' }
  | { do: 'skip_step'; requestId: string; step: StepKind; reason: 'not_needed' | 'other' }
  | { do: 'reopen_step'; requestId: string; step: StepKind }
  | { do: 'complete_step'; requestId: string; step: StepKind }
  | { do: 'hand_over'; requestId: string; step: StepKind; owner: StepOwner }
  | {
      do: 'start_session'
      sessionId: string
      step: 'bank' | 'books'
      provider: string
      institution: string | null
      /** The banks that the client shares beside the one that is to come. */
      others?: number
    }
  | { do: 'await_provider'; sessionId: string; step: 'bank' | 'books'; phase: StepPhase }
  | { do: 'fail_session'; sessionId: string; step: 'bank' | 'books'; reason: StepReason; provider: string }
  /** The client says that the banks that they share are all. */
  | { do: 'finish_banks'; requestId: string }
  | { do: 'pause_bank'; outageId: string }
  | {
      do: 'bank_back'
      /** The last trip to the bank. */
      sessionId: string
      /** False if the bank went down before the client tried. Default: true. */
      hasTried?: boolean
    }
  | {
      do: 'connect'
      sessionId: string
      step: 'bank' | 'books'
      connectionId: string
      provider: string
      accounts: number
      bank?: Bank
      /** True if a person confirmed that the organisation is the same business although its name differs. */
      isConfirmed?: boolean
      /** True if the sign-in reaches the organisation, but may not read its accounts. */
      isDenied?: boolean
      /** The banks that stay beside it. */
      others?: number
      /** The matches kept of the bank that it replaces, of how many; the accounts that are new, and those that are missing. */
      reconnected?: { kept: number; matched: number; added: number; missing?: number }
      /** True if every account that the client shares has its match. */
      isMatched?: boolean
    }
  | {
      do: 'disconnect'
      connectionId: string
      step: 'bank' | 'books'
      by: 'client' | 'staff'
      /** True if other connections of its kind work. */
      isOneOfSeveral?: boolean
    }
  | { do: 'lose'; connectionId: string; step: 'bank' | 'books'; health: LossReason; isOneOfSeveral?: boolean }
  | { do: 'recover'; connectionId: string; step: 'bank' | 'books'; isMapped: boolean }
  /** `asked`: all banks that the request is about. `bulk`: one of many asked at once. */
  | { do: 'ask_renewal'; connectionId: string; asked: string[]; by: 'clock' | 'staff'; bulk?: boolean }
  /**
   * The client says yes on our page, and has to approve at the provider as well: with this session. `isVisit`: the session
   * keeps the connection, and is polled.
   */
  | ({ do: 'start_renewal'; sessionId: string; isVisit: boolean } & Agreement)
  /** `until`: null ends the snooze. */
  | { do: 'snooze_access'; connectionId: string; until: Instant | null }
  /** `isLost`: the connection is recorded as lost, and works again. `forClient`: a colleague says it for the client. */
  | ({
      do: 'confirm_renewal'
      isLost: boolean
      isMapped: boolean
      forClient?: ForClient
      /** The accounts that a visit brought, and those that it left out. */
      changed?: { added: number; missing: number }
    } & Agreement)
  /** The client or a colleague says that accounts which cannot be seen any more are closed; `reopen_accounts` takes it back. */
  | { do: 'close_accounts' | 'reopen_accounts'; connectionId: string; accounts: number }
  /** A look does not see so many accounts any more, or sees so many again. */
  | { do: 'note_accounts'; connectionId: string; gone: number; back: number }
  | { do: 'map'; requestId: string; matched: number; none: number }
  | { do: 'report'; requestId: string; about: About }
  | { do: 'stop_texts'; requestId: string }
  | { do: 'allow_texts'; requestId: string }
  | {
      do: 'edit'
      requestId: string
      fields: string[]
      hasContact: boolean
      /** The software if it was edited, or its way is another than the step's. */
      software?: { is: Software; way: Way }
    }
  | { do: 'assign'; requestId: string; managerId: string | null }
  | { do: 'change_access'; requestId: string; everyone: boolean; people: string[]; teams: string[] }
  | { do: 'visit'; visitId: string }
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
      /** The cause if it is not that the address does not work. */
      about?: Exclude<MessageCause, 'overtaken'>
    }
  | { do: 'abandon_send'; messageId: string; reason: string }

/**
 * A request for a bank beside those that the client shares. `besides`: their number. `isAwaited`: the client does not count
 * as completed before it is connected.
 */
export type AskedBank = { besides: number; bank: Bank; isAwaited: boolean }

/** The command of one name. */
export type CommandOf<K extends Command['do']> = Extract<Command, { do: K }>

export const DECLINE_REASONS = ['not_my_company', 'not_the_right_person', 'no_wish', 'not_now', 'other'] as const
export type DeclineReason = (typeof DECLINE_REASONS)[number]

/** The subjects of a client's report that have a form or button of their own. */
export const FORM_ABOUTS = [
  'open_again',
  'needs_link',
  'mistake',
  'which_bank',
  'uses_none',
  'not_my_company',
  'not_the_right_person',
  'no_wish_to_share',
  'already_linked',
] as const
/** All subjects of a client's report. */
export const ABOUTS = [...FORM_ABOUTS, 'same_business', 'stopped_sharing'] as const
export type About = (typeof ABOUTS)[number]

/** The commands that people may give. A refusal lists the allowed ones. */
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
  | 'too_many_banks'
  | 'bank_first'
  | 'already_sent'
  | NotForClient

/** The fact that forbids a command which the status allows: a closed step, a possible undo, or an erasure. */
export type Because = { step: StepKind; state: 'done' | 'skipped' } | 'can_be_undone' | 'erased'

/** A refusal: the status, the verbs allowed instead, and an instant (when to try again, or the limit) or null. */
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
  /** The number of a reminder in its series. */
  n?: number
  /** True for a reminder to the client that says that it is the last. */
  isLast?: boolean
  bulk?: boolean
  /** The earliest instant of sending; absent for at once. */
  notBefore?: Instant
}

/** The writes of one transaction besides `fact_seq + 1`. Absent fields stay as they are. */
export type Change = {
  event: NewEvent
  instants?: Partial<Omit<Instants, 'created'>>
  expiresAt?: Instant | null
  snoozedUntil?: Instant | null
  /** True for a person's act, which restarts the practice's give-up limit. */
  act?: boolean
  raiseRun?: boolean
  steps?: { kind: StepKind; set: Partial<Omit<Step, 'kind' | 'required'>> }[]
  reminded?: { kind: 'client' | 'staff'; series: string; n: number }
  /** A new invitation generation; accept links of older ones stop working. */
  generation?: { channels: Channel[]; asks: boolean }
  /** The new value of `hasContact`: true if the practice has an address or number for the client. */
  hasContact?: boolean
  /** The client's accounting software, which a trip to a ledger tells. */
  software?: string
  /** The requests for further banks after the change. */
  bankAsks?: BankAsk[]
  /** True if what was asked last has not left: the next request need not wait. */
  unsent?: true
  /** True if the client is asked to confirm what a bank shares. */
  asksRenewal?: true
  /** Erases the client's personal data. */
  erases?: true
  /** The link of the acceptance: it becomes a continue link, and its siblings stop working. */
  acceptedWith?: LinkFact
  links?: 'end_all'
  /** Provider sessions to end: all, or those of one step, without `keepsSession`. */
  sessions?: 'all' | 'bank' | 'books'
  /** The session that connects, which its own command moves on. */
  keepsSession?: string
  messages?: NewMessage[]
  /** The message whose state changes. `claims`: the window of its invitation starts now. */
  message?: { id: string; state: MessageState; reason: string | null; cause?: MessageCause; claims: boolean }
}

export type Decision = { change: Change } | { unchanged: true } | { refusal: Refusal } | { tooEarly: Instant }
