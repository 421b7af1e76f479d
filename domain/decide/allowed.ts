import type { Verb } from '../refusals.ts'
import { type Facts, type Instant, type Status, statusAt } from '../situation.ts'

const OPEN: Verb[] = [
  'cancel',
  'snooze',
  'resume',
  'skip_step',
  'complete_step',
  'reopen_step',
  'hand_over',
  'connect',
  'map',
]

/** The verbs that each status allows. `decide` checks them before the rules of a person's command. */
export const ALLOWED: Record<Status, Verb[]> = {
  creating: ['invite', 'link', ...OPEN],
  not_invited: ['invite', 'link', ...OPEN],
  invited: ['invite', 'link', 'accept', 'decline', 'extend', ...OPEN],
  accepted: ['link', ...OPEN],
  declined: ['invite', ...OPEN],
  expired: ['invite', 'extend', 'decline', ...OPEN],
  gave_up: ['reopen'],
  completed: ['reopen', 'reopen_step', 'link', 'invite', 'connect', 'map'],
  cancelled: ['undo_cancel', 'reopen'],
}

/** Returns the verbs allowed at `now`; none for an erased client. */
export const allowedAt = (facts: Facts, now: Instant): Verb[] => (facts.erased ? [] : ALLOWED[statusAt(facts, now)])
