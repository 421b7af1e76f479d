import { earliestMove } from './earliestMove.ts'
import type { DueMessage, MessageFact } from './messageFacts.ts'
import { isAwaited, isDue } from './messages.ts'
import type { Move, Progress } from './progress.ts'
import { nextReminder } from './reminders.ts'
import { type Facts, type Instant, statusOf, stepsLeft } from './situation.ts'

/** Returns the instant at which an expired or declined onboarding gives up; null in every other status. */
export function giveUpAt({ instants, lastActAt, policy }: Facts): Instant | null {
  const status = statusOf(instants)
  return status === 'expired' || status === 'declined' ? lastActAt + policy.giveUpAfterMs : null
}

/** Returns the workflow's next move, or null if nothing is due until a fact arrives. */
export function nextMove(facts: Facts, now: Instant): Move | null {
  const { instants, expiresAt, settleAt } = facts
  const waits = { instants, expiresAt, settleAt, giveUpAt: giveUpAt(facts), open: stepsLeft(facts) }
  return earliestMove({ ...waits, nextReminder: nextReminder(facts, now) }, now)
}

/** Returns the progress to send to the workflow. Its next move is computed as of `now`. */
export function progressOf(facts: Facts, now: Instant): Progress {
  return {
    seq: facts.seq,
    run: facts.run,
    stage: statusOf(facts.instants),
    open: stepsLeft(facts),
    next: nextMove(facts, now),
    due: facts.messages.filter((message) => isDue(facts, message)).map(dueOf),
  }
}

const dueOf = (message: MessageFact): DueMessage => ({
  id: message.id,
  channel: message.channel,
  ...(!isAwaited(message) && { patient: true as const }),
})

/** Returns true if the run is over: nothing happens by itself until someone reopens the onboarding. */
export function isOver({ instants, settleAt }: Pick<Facts, 'instants' | 'settleAt'>): boolean {
  const { completed, cancelled, gaveUp, cleaned } = instants
  return cancelled !== null || gaveUp !== null ? cleaned !== null : completed !== null && settleAt === null
}
