import type { Command, Decision, Verb } from './commands.ts'
import { allowedAt } from './decide/allowed.ts'
import {
  cancel,
  cleanUp,
  complete,
  extend,
  giveUp,
  provision,
  reopen,
  resume,
  snooze,
  touch,
  undoCancel,
} from './decide/course.ts'
import {
  accept,
  allowTexts,
  decline,
  expire,
  invite,
  link,
  skipInvitation,
  stopTexts,
  tell,
} from './decide/invitation.ts'
import { abandonSend, claim, moveMessage } from './decide/messages.ts'
import { assign, changeAccess, changeUsers, edit, erase, look, reveal } from './decide/organisation.ts'
import { refuse } from './decide/refusal.ts'
import {
  awaitProvider,
  bankBack,
  completeStep,
  connect,
  disconnect,
  failSession,
  handOver,
  map,
  reopenStep,
  skipStep,
  startSession,
} from './decide/steps.ts'
import { type Facts, type Instant, statusAt } from './situation.ts'

/** The verb a command needs; those of the workflow and the providers need none and check for themselves. */
const VERB_OF: Partial<Record<Command['do'], Verb>> = {
  invite: 'invite',
  link: 'link',
  cancel: 'cancel',
  undo_cancel: 'undo_cancel',
  reopen: 'reopen',
  extend: 'extend',
  snooze: 'snooze',
  resume: 'resume',
  skip_step: 'skip_step',
  reopen_step: 'reopen_step',
  complete_step: 'complete_step',
  hand_over: 'hand_over',
  start_session: 'connect',
  await_provider: 'connect',
  connect: 'connect',
  map: 'map',
}

/** What is still recorded of an erased client: what the workflow and the providers tell, and who looks after it. */
const AFTER_ERASURE = new Set<Command['do']>([
  'provision',
  'expire',
  'give_up',
  'clean_up',
  'touch',
  'complete',
  'disconnect',
  'assign',
  'change_access',
  'look',
  'erase',
  'claim',
  'move_message',
  'abandon_send',
])

/**
 * The one arbiter. Answers the change to make, that nothing changes (already so), a refusal, or that it is too early.
 * Pure; `now` is taken after the lock.
 */
export function decide(facts: Facts, command: Command, now: Instant): Decision {
  const verb = VERB_OF[command.do]
  const allowed = allowedAt(facts, now)
  if (facts.erased && !AFTER_ERASURE.has(command.do)) return refuse(facts, now, 'not_allowed')
  if (verb && !allowed.includes(verb)) {
    return refuse(
      facts,
      now,
      command.do === 'invite' && statusAt(facts, now) === 'accepted' ? 'already_accepted' : 'not_allowed',
    )
  }
  switch (command.do) {
    case 'provision':
      return provision(facts, now)
    case 'invite':
      return invite(facts, command, now)
    case 'link':
      return link(facts, command, now)
    case 'accept':
      return accept(facts, command, now)
    case 'decline':
      return decline(facts, command, now)
    case 'expire':
      return expire(facts, now)
    case 'give_up':
      return giveUp(facts, now)
    case 'cancel':
      return cancel(facts, command, now)
    case 'undo_cancel':
      return undoCancel(facts, command, now)
    case 'clean_up':
      return cleanUp(facts, now)
    case 'reopen':
      return reopen(facts, command, now)
    case 'extend':
      return extend(facts, command, now)
    case 'snooze':
      return snooze(facts, command, now)
    case 'resume':
      return resume(facts, command, now)
    case 'touch':
      return touch(facts, now)
    case 'complete':
      return complete(facts, now)
    case 'skip_step':
      return skipStep(facts, command, now)
    case 'reopen_step':
      return reopenStep(facts, command, now)
    case 'complete_step':
      return completeStep(facts, command, now)
    case 'hand_over':
      return handOver(facts, command, now)
    case 'start_session':
      return startSession(facts, command, now)
    case 'await_provider':
      return awaitProvider(facts, command, now)
    case 'fail_session':
      return failSession(facts, command, now)
    case 'bank_back':
      return bankBack(facts, command, now)
    case 'connect':
      return connect(facts, command, now)
    case 'disconnect':
      return disconnect(facts, command, now)
    case 'map':
      return map(facts, command, now)
    case 'tell':
      return tell(facts, command, now)
    case 'stop_texts':
      return stopTexts(command)
    case 'allow_texts':
      return allowTexts(command)
    case 'edit':
      return edit(command)
    case 'assign':
      return assign(command)
    case 'change_access':
      return changeAccess(command)
    case 'reveal':
      return reveal(command)
    case 'look':
      return look(command)
    case 'skip_invitation':
      return skipInvitation(facts, command, now)
    case 'change_users':
      return changeUsers(command)
    case 'erase':
      return erase(facts, now)
    case 'claim':
      return claim(facts, command, now)
    case 'move_message':
      return moveMessage(facts, command, now)
    case 'abandon_send':
      return abandonSend(facts, command, now)
  }
}
