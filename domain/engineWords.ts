import type { Move } from './nextMove.ts'
import { type DueMessage, type Situation, statusOf } from './situation.ts'

// What the engine's own UI shows of an onboarding. Ids, stages and instants: nothing personal, as in all of its history.

const WORDS: Record<Exclude<Move['what'], 'touch'>, string> = {
  createOrganisation: 'Create the organisation',
  expire: 'Expire the invitation',
  giveUp: 'Close without an answer',
  settleBank: 'Check with the bank',
  complete: 'Complete',
  cleanUp: 'Clean up after the end',
}

/** Returns one line about a move, as its timer and its activity carry it. */
export function moveWords({ what }: Pick<Move, 'what'>, { nextTouch }: Pick<Situation, 'nextTouch'>): string {
  if (what !== 'touch') return WORDS[what]
  return nextTouch
    ? `Reminder ${nextTouch.n} to the ${nextTouch.kind === 'client' ? 'client' : 'practice'}`
    : 'Reminder'
}

/** Returns one line about sends that leave together. */
export function sendWords(due: DueMessage[]): string {
  const [one, many] = due[0]?.channel === 'sms' ? ['text', 'texts'] : ['email', 'emails']
  return `Send ${due.length} ${due.length === 1 ? one : many}`
}

/** Returns the workflow's present situation in a few lines, with the client reference once it is given. */
export function detailsOf(situation: Situation, reference: string | null | undefined, next: Move | null): string {
  const { instants, steps, due, run } = situation
  const open = steps.filter((step) => step.state === 'open').map(({ kind, owner }) => `${kind} (${owner})`)
  const coming = next ? `${moveWords(next, situation)}, ${new Date(next.at).toISOString()}` : 'nothing by itself'
  return [
    `**${reference ?? 'No reference yet'}**, run ${run}`,
    `Stage: ${statusOf(instants)}`,
    `Open steps: ${open.join(', ') || 'none'}`,
    `Next: ${coming}`,
    `Messages leaving: ${due.length}`,
  ].join('\n\n')
}
