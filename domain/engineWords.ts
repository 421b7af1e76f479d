import type { ConnectionMove, LivingKind } from './connections/connectionLife.ts'
import type { DueMessage } from './messageFacts.ts'
import type { Move, Progress } from './progress.ts'

// Texts about an onboarding or a connection in the engine's own UI. They hold ids, stages and instants, and nothing personal.

const MOVE_WORDS: Record<Exclude<Move['what'], 'touch'>, string> = {
  createOrganisation: 'Create the organisation',
  expire: 'Expire the invitation',
  giveUp: 'Close without an answer',
  settleBank: 'Check with the bank',
  complete: 'Complete',
  cleanUp: 'Clean up after the end',
}

/** Returns one line about a move, for its timer and its activity. */
export function moveWords({ what, to, n }: Omit<Move, 'at'>): string {
  if (what !== 'touch') return MOVE_WORDS[what]
  return to ? `Reminder ${n} to the ${to === 'client' ? 'client' : 'practice'}` : 'Reminder'
}

/** Returns one line about messages that are sent together. */
export function sendWords(due: DueMessage[]): string {
  const [one, many] = due[0]?.channel === 'sms' ? ['text', 'texts'] : ['email', 'emails']
  return `Send ${due.length} ${due.length === 1 ? one : many}`
}

/** Returns a run's progress in a few lines, with the client reference once it is given. */
export function detailsOf({ run, stage, open, due, next }: Progress, reference: string | null): string {
  const coming = next ? `${moveWords(next)}, ${new Date(next.at).toISOString()}` : 'nothing by itself'
  return [
    `**${reference ?? 'No reference yet'}**, run ${run}`,
    `Stage: ${stage}`,
    `Open steps: ${open.join(', ') || 'none'}`,
    `Next: ${coming}`,
    `Messages leaving: ${due.length}`,
  ].join('\n\n')
}

const CONNECTION_WORDS: Record<ConnectionMove['what'], string> = {
  refresh: 'Refresh the sign-in',
  reportEnd: 'Record what ended with the sign-in',
  askRenewal: 'Ask to confirm the access',
  endAccess: 'End the access',
}

/** Returns one line about a move of a connection, for its timer. */
export const connectionWords = (what: ConnectionMove['what']): string => CONNECTION_WORDS[what]

/** Returns what a connection's workflow waits for, in a few lines. */
export const connectionDetails = (of: LivingKind, { what, at }: ConnectionMove): string =>
  `${of === 'consent' ? 'Bank connection' : 'Ledger sign-in'}\n\nNext: ${connectionWords(what)}, ${new Date(at).toISOString()}`
