import type { Decision } from '../changes.ts'
import type { Command, CommandOf } from '../commands.ts'
import type { Verb } from '../refusals.ts'
import { type Facts, type Instant, statusAt } from '../situation.ts'
import { allowedAt } from './allowed.ts'
import { changeAsk, undoAsk } from './bankAsks.ts'
import {
  awaitProvider,
  bankBack,
  connect,
  disconnect,
  failSession,
  finishBanks,
  lose,
  pauseBank,
  recover,
  startSession,
} from './connections.ts'
import {
  cancel,
  cleanUp,
  complete,
  extend,
  giveUp,
  provision,
  remind,
  reopen,
  resume,
  snooze,
  undoCancel,
} from './course.ts'
import { accept, decline, expire, invite, link, report, skipInvitation } from './invitation.ts'
import { abandonSend, claim, moveMessage } from './messages.ts'
import { allowTexts, assign, changeAccess, changeUsers, edit, erase, reveal, stopTexts, visit } from './organisation.ts'
import { refuse } from './refusal.ts'
import { askRenewal, closeAccounts, confirmRenewal, noteAccounts, snoozeAccess, startRenewal } from './renewal.ts'
import { completeStep, handOver, map, reopenStep, skipStep } from './steps.ts'

/**
 * The rules of one command. `verb`: the verb that the status must allow; without it the rule checks the status itself.
 * `afterErasure`: the command is still accepted for an erased client.
 */
type Rules<K extends Command['do']> = {
  verb?: Verb
  afterErasure?: true
  decide(facts: Facts, now: Instant, command: CommandOf<K>): Decision
}

const COMMANDS: { [K in Command['do']]: Rules<K> } = {
  // The workflow's own moves.
  provision: { decide: provision, afterErasure: true },
  remind: { decide: remind, afterErasure: true },
  expire: { decide: expire, afterErasure: true },
  give_up: { decide: giveUp, afterErasure: true },
  complete: { decide: complete, afterErasure: true },
  clean_up: { decide: cleanUp, afterErasure: true },

  // The course of the onboarding.
  cancel: { decide: cancel, verb: 'cancel' },
  undo_cancel: { decide: undoCancel, verb: 'undo_cancel' },
  reopen: { decide: reopen, verb: 'reopen' },
  extend: { decide: extend, verb: 'extend' },
  snooze: { decide: snooze, verb: 'snooze' },
  resume: { decide: resume, verb: 'resume' },

  // The invitation and what its recipient says.
  invite: { decide: invite, verb: 'invite' },
  link: { decide: link, verb: 'link' },
  undo_ask: { decide: undoAsk },
  skip_invitation: { decide: skipInvitation },
  accept: { decide: accept },
  decline: { decide: decline },
  report: { decide: report },
  stop_texts: { decide: stopTexts },
  allow_texts: { decide: allowTexts },

  // Steps and connections.
  skip_step: { decide: skipStep, verb: 'skip_step' },
  reopen_step: { decide: reopenStep, verb: 'reopen_step' },
  complete_step: { decide: completeStep, verb: 'complete_step' },
  hand_over: { decide: handOver, verb: 'hand_over' },
  change_ask: { decide: changeAsk },
  start_session: { decide: startSession, verb: 'connect' },
  await_provider: { decide: awaitProvider, verb: 'connect' },
  fail_session: { decide: failSession },
  finish_banks: { decide: finishBanks },
  pause_bank: { decide: pauseBank },
  bank_back: { decide: bankBack },
  connect: { decide: connect, verb: 'connect' },
  disconnect: { decide: disconnect, afterErasure: true },
  lose: { decide: lose },
  recover: { decide: recover },
  ask_renewal: { decide: askRenewal },
  start_renewal: { decide: startRenewal },
  confirm_renewal: { decide: confirmRenewal },
  close_accounts: { decide: closeAccounts },
  reopen_accounts: { decide: closeAccounts },
  note_accounts: { decide: noteAccounts },
  snooze_access: { decide: snoozeAccess },
  map: { decide: map, verb: 'map' },

  // The client's record and who may see it.
  edit: { decide: edit },
  assign: { decide: assign, afterErasure: true },
  change_access: { decide: changeAccess, afterErasure: true },
  change_users: { decide: changeUsers },
  reveal: { decide: reveal },
  visit: { decide: visit, afterErasure: true },
  erase: { decide: erase, afterErasure: true },

  // Messages on their way.
  claim: { decide: claim, afterErasure: true },
  move_message: { decide: moveMessage, afterErasure: true },
  abandon_send: { decide: abandonSend, afterErasure: true },
}

/**
 * Decides one command: a change, unchanged (already so), a refusal, or too early. Pure. `now` is taken after the lock.
 */
export function decide<K extends Command['do']>(facts: Facts, command: CommandOf<K>, now: Instant): Decision {
  const rules: Rules<K> = COMMANDS[command.do as K]
  const { verb } = rules
  if (facts.erased && !rules.afterErasure) return refuse(facts, now, 'not_allowed')
  if (verb && !allowedAt(facts, now).includes(verb)) {
    const isAccepted = verb === 'invite' && statusAt(facts, now) === 'accepted'
    return refuse(facts, now, isAccepted ? 'already_accepted' : 'not_allowed')
  }
  return rules.decide(facts, now, command)
}
