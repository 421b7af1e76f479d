import type { AskState } from './connections/bankAsks.ts'
import type { LossReason } from './connections/connectionLife.ts'
import type { Software } from './connections/ledgers.ts'
import type { ForClient } from './connections/renewal.ts'
import type { Bank } from './connections/severalBanks.ts'
import type { MessageCause, MessageState } from './messageFacts.ts'
import type { NextAllowed } from './practice/limits.ts'
import type { UserChange, UserRole } from './practice/users.ts'
import type { Channel, Instant, StepKind, StepOwner, StepPhase, StepReason, Way } from './situation.ts'

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
