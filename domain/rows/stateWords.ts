import type { Mover } from '../describe.ts'
import type { Outcome } from '../metrics/outcomes.ts'
import type { Status } from '../situation.ts'
import type { Progress } from './progress.ts'

/** The stages in staff's words. */
export const STAGE_WORDS: Record<Status, string> = {
  creating: 'Setting up',
  not_invited: 'Not invited',
  invited: 'Invited',
  accepted: 'Accepted',
  completed: 'Completed',
  expired: 'Expired',
  declined: 'Declined',
  gave_up: 'No answer',
  cancelled: 'Cancelled',
}

/** The stages in a sentence, after "is". */
export const STAGE_AFTER_IS: Record<Status, string> = {
  creating: 'being set up',
  not_invited: 'not invited yet',
  invited: 'invited',
  accepted: 'accepted',
  declined: 'declined',
  expired: 'expired',
  gave_up: 'closed without an answer',
  completed: 'completed',
  cancelled: 'cancelled',
}

/** The answers to an invitation in staff's words. */
export const OUTCOME_WORDS: Record<Outcome, string> = {
  accepted: 'Accepted',
  declined: 'Declined',
  expired: 'Expired',
  cancelled: 'Cancelled',
  open: 'Still open',
}

/** The moves in staff's words. The code `us` is Embark; the word `Us` is the practice. */
export const MOVE_WORDS: Record<Mover, string> = {
  practice: 'Us',
  client: 'Client',
  bank: 'Bank',
  us: 'Embark',
}

/** The progress of a step in staff's words. */
export const PROGRESS_WORDS: Record<Progress, string> = {
  not_started: 'To do',
  at_provider: 'At bank',
  processing: 'Processing',
  signatory: 'Signatory',
  unconfirmed: 'Confirm',
  more_banks: 'Connected',
  choose_organisation: 'Choose',
  check_organisation: 'Check',
  matching: 'Match',
  stopped: 'Stopped',
  failed: 'Failed',
  lost: 'Lost',
  expiring: 'Expiring',
  connected: 'Connected',
  done: 'Done',
  skipped: 'Skipped',
  not_needed: 'Not needed',
}
