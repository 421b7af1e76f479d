import type { ConsentSituation } from '../connections/consents.ts'
import type { Blocker, Description } from '../describe.ts'
import { type Facts, type Instant, stepOf } from '../situation.ts'
import type { Waiting } from '../waiting.ts'

/** The codes of the one button that a row offers to staff. */
export const NEXT_ACTIONS = [
  'invite',
  'resend',
  'correct_address',
  'send_again',
  'choose_address',
  'copy_link',
  'decide',
  'send_link',
  'connect',
  'choose_software',
  'mark_done',
  'choose_organisation',
  'check_organisation',
  'reconnect',
  'ask_to_share',
  'match',
  'wake',
  'reopen',
] as const
export type NextAction = { do: (typeof NEXT_ACTIONS)[number]; label: string }

const action = (name: NextAction['do'], label: string): NextAction => ({ do: name, label })

const BY_BLOCKER: Partial<Record<Blocker, NextAction>> = {
  not_invited: action('invite', 'Invite'),
  no_contact: action('invite', 'Invite'),
  acceptance: action('resend', 'Resend'),
  bounced: action('correct_address', 'Correct address'),
  blocked: action('correct_address', 'Correct address'),
  sms_failed: action('correct_address', 'Correct address'),
  send_unknown: action('send_again', 'Send again'),
  address_in_use: action('choose_address', 'Choose'),
  access_request: action('copy_link', 'Copy link'),
  expired: action('resend', 'Resend'),
  declined: action('decide', 'Decide'),
  bank: action('copy_link', 'Copy link'),
  bank_unconfirmed: action('copy_link', 'Copy link'),
  signatory: action('copy_link', 'Copy link'),
  bank_failed: action('copy_link', 'Copy link'),
  another_bank: action('copy_link', 'Copy link'),
  more_banks: action('copy_link', 'Copy link'),
  bank_failed_old: action('send_link', 'Send link again'),
  software_unknown: action('choose_software', 'Choose'),
  manual_books: action('mark_done', 'Mark done'),
  wrong_org: action('check_organisation', 'Check'),
  already_linked: action('check_organisation', 'Check'),
  permission: action('reconnect', 'Reconnect'),
  lost: action('reconnect', 'Reconnect'),
  sign_in_lost: action('reconnect', 'Reconnect'),
  mapping: action('match', 'Match accounts'),
}

/** The situations of an ended consent in which asking the client again helps. */
const ASKED_AGAIN = new Set<ConsentSituation>(['expired', 'expired_long', 'lost'])

/** Returns the button of a situation, or null if staff have nothing to do. */
export function nextActionOf(description: Description, facts: Facts, now: Instant): NextAction | null {
  const { stage, blockedBy } = description
  if (facts.erased) return null
  if (facts.snoozedUntil !== null && facts.snoozedUntil > now && blockedBy !== null) return action('wake', 'Wake now')
  if (blockedBy === null) return stage === 'completed' ? null : action('reopen', 'Reopen')
  return actionOf({ ...description, blockedBy }, facts)
}

/** Returns the button of one open thing, or null if staff have nothing to do. */
export function actionOf(
  { blockedBy, step, reason, access }: Pick<Waiting, 'blockedBy' | 'step' | 'reason' | 'access'>,
  facts: Facts,
): NextAction | null {
  if (blockedBy === 'books') {
    return stepOf(facts, 'books').owner === 'practice' ? action('connect', 'Connect') : action('copy_link', 'Copy link')
  }
  if (blockedBy === 'choose_org') {
    // Only the client sees the organisations that their own sign-in reaches.
    return stepOf(facts, 'books').owner === 'practice'
      ? action('choose_organisation', 'Choose')
      : action('copy_link', 'Copy link')
  }
  // No request is offered if the client stopped sharing, since somebody calls them first, or if the last request
  // reached nobody. A bank that is down cannot be shared.
  if (blockedBy === 'access_ended') {
    return access && access.downBank === null && ASKED_AGAIN.has(access.is)
      ? action('ask_to_share', 'Ask to reconnect')
      : null
  }
  if (blockedBy === 'lost' && step === 'bank' && reason === 'stopped') return action('decide', 'Decide')
  return BY_BLOCKER[blockedBy] ?? null
}
