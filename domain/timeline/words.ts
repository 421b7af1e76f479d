import type { AskState } from '../connections/bankAsks.ts'
import type { MessageState } from '../messageFacts.ts'
import type { Channel, StepKind } from '../situation.ts'

export const CHANNEL: Record<Channel, string> = { email: 'email', sms: 'text', link: 'link' }
/** The words for the channel that an invitation went through. */
export const THROUGH: Record<Channel, string> = { ...CHANNEL, link: 'copied link' }
export const STEP: Record<StepKind, string> = { bank: 'Bank', books: 'Books', mapping: 'Matching' }

export const LOST: Record<string, string> = {
  permission: 'permission missing',
  expired: 'access reached its end',
  ended: 'access was ended there',
  sign_in_ended: 'the sign-in ended',
}

export const BECAME: Record<MessageState, string> = {
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

export const ASK_BECAME: Record<AskState, string> = {
  open: 'Another bank is waited for again',
  done: 'Another bank marked as done',
  not_needed: 'Another bank not needed',
}

export const DECLINED: Record<string, string> = {
  not_my_company: 'not their company',
  not_the_right_person: 'not the right person',
  no_wish: 'no wish to share',
  not_now: 'not now',
  other: 'with a reason',
}

export const REPORTED: Record<string, string> = {
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

export const FAILED: Record<string, string> = {
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

export const WAITING: Record<string, string> = {
  processing: 'is processing',
  signatory: 'waits for a second signatory',
  unconfirmed: 'waits to be confirmed on our page',
  choose_organisation: 'waits for an organisation to be chosen',
  check_organisation: 'waits for its name to be checked',
}
