import type { NotForClient } from './connections/renewal.ts'
import type { Instant, Status, StepKind } from './situation.ts'

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
