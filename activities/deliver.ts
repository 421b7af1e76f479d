import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Target } from '../commands/execute.ts'
import { progressOf } from '../domain/nextMove.ts'
import type { Progress } from '../domain/progress.ts'
import { attempt } from '../messages/outbox/attempt.ts'
import { messagesOf } from '../messages/outbox/clientMessages.ts'
import { isTriedAgain } from '../messages/outbox/recordSend.ts'
import type { Dependencies } from './dependencies.ts'
import { freshProgress, targetOf } from './progress.ts'

/**
 * Sends messages, one after another: each is claimed under the lock if it is still wanted, given to the provider under its
 * own key, and what came of it recorded. Retried until the provider has answered for all of them; a mail repeats under
 * its key, a text once it is not in the provider's list, and what is done is left alone. One that is to be tried again holds
 * up no other.
 */
export const deliver =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number, messageIds: string | string[], practiceId?: string): Promise<Progress> => {
    const fresh = await targetOf(dependencies.commands.db, onboardingId, run, practiceId)
    const ends: Awaited<ReturnType<typeof sendOne>>[] = []
    for (const messageId of [messageIds].flat()) ends.push(await sendOne(dependencies, fresh, messageId))
    const failure = ends.find((end) => end instanceof ApplicationFailure)
    if (failure) throw failure
    const last = ends.at(-1)
    return last && !(last instanceof ApplicationFailure) ? last : freshProgress(dependencies.commands.db, fresh)
  }

/** A send may take 20 hours in all; one that is asked to wait longer than is left would end, and begin anew at once. */
const LONGEST_WAIT_MS = 6 * 3_600_000

/** One attempt at one message: the progress after it, null when it was left alone, or why it is tried again. */
async function sendOne(
  dependencies: Dependencies,
  { practiceId, onboardingId, run }: Target & { run: number },
  messageId: string,
): Promise<Progress | ApplicationFailure | null> {
  // By message, not by run: what an ended run still had to send is sent.
  const outbox = messagesOf(dependencies, { practiceId, onboardingId, answersRun: run })
  const ended = await attempt(dependencies, outbox, messageId)
  if (ended.do === 'leave') return null
  if (ended.do === 'wait') return again(ended.why, ended.forMs)
  const { message, sent, recorded } = ended
  if ('trouble' in sent && sent.trouble) {
    const { code, reason } = sent.trouble
    const provider = dependencies[message.channel].name
    Context.current().log.error('a message provider has to be mended', { provider, code, reason })
  }
  if (sent.outcome === 'later') return again(sent.reason, sent.retryAfterMs)
  if (sent.outcome === 'refused' && isTriedAgain(message, sent)) return again(sent.reason, null)
  if (sent.outcome === 'unknown' && !sent.isFinal) return again(sent.reason, null)
  return recorded.result === 'changed' ? progressOf(recorded.facts, recorded.now) : null
}

/** Neither the message nor its address goes into the engine's history: only that it is tried again. */
function again(reason: string, retryAfterMs: number | null): ApplicationFailure {
  Context.current().log.info('a message is tried again', { reason })
  return ApplicationFailure.create({
    message: 'not sent yet',
    type: 'NotSentYet',
    ...(retryAfterMs !== null && { nextRetryDelay: Math.min(Math.max(retryAfterMs, 100), LONGEST_WAIT_MS) }),
  })
}
