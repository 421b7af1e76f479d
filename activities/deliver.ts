import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Outcome, Target } from '../commands/execute.ts'
import { stopTexts } from '../commands/invitations/stopTexts.ts'
import type { Frozen, Message } from '../db/invitations/messages.ts'
import { progressOf } from '../domain/nextMove.ts'
import type { Progress } from '../domain/progress.ts'
import { type Attempted, attemptEach, type Taken } from '../messages/outbox/attempt.ts'
import { messagesOf } from '../messages/outbox/clientMessages.ts'
import { isTriedAgain } from '../messages/outbox/recordSend.ts'
import type { Dependencies } from './dependencies.ts'
import { freshProgress, targetOf } from './progress.ts'

/** The longest retry delay. One that exceeds the 20 hours of all attempts would end the activity and restart it. */
const LONGEST_WAIT_MS = 6 * 3_600_000

/**
 * Sends messages one after another: claims each under the lock if it is still wanted, gives it to the provider under
 * its own key, and records the outcome. Retried until the provider has answered for all; a mail repeats under its key,
 * a text only if it is not in the provider's list, and finished ones are skipped. One that must be retried delays no
 * other.
 */
export const deliver =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number, messageIds: string | string[], practiceId?: string): Promise<Progress> => {
    const target = await targetOf(dependencies.commands.db, onboardingId, run, practiceId)
    // By message and not by run, so that messages left over from an ended run are sent too.
    const outbox = messagesOf(dependencies, { practiceId: target.practiceId, onboardingId, answersRun: run })
    const ends: Awaited<ReturnType<typeof endOf>>[] = []
    for await (const { ended } of attemptEach(dependencies, outbox, [messageIds].flat())) {
      ends.push(await endOf(dependencies, target, ended))
    }
    const failure = ends.find((end) => end instanceof ApplicationFailure)
    if (failure) throw failure
    const last = ends.at(-1)
    return last && !(last instanceof ApplicationFailure) ? last : freshProgress(dependencies.commands.db, target)
  }

/** Returns the progress after one attempt, null if nothing was sent, or the reason of a retry. Throws its failure. */
async function endOf(
  dependencies: Dependencies,
  { practiceId, onboardingId }: Target,
  ended: Attempted<Message & Frozen & Taken, Outcome>,
): Promise<Progress | ApplicationFailure | null> {
  if (ended.do === 'fail') throw ended.error
  if (ended.do === 'leave') return null
  if (ended.do === 'wait') return again(ended.why, ended.forMs)
  const { message, sent, recorded } = ended
  const { name } = dependencies[message.channel]
  if ('trouble' in sent && sent.trouble) {
    const { code, reason } = sent.trouble
    Context.current().log.error('a message provider has to be mended', { provider: name, code, reason })
  }
  if (sent.outcome === 'refused' && sent.about === 'opted_out') {
    // The provider reports that the number answered STOP, so every text of the practice to it stops.
    const by = { type: 'provider', id: name } as const
    await stopTexts(dependencies.commands, { practiceId, onboardingId }, by, message.id, { messageId: message.id })
  }
  if (sent.outcome === 'later') return again(sent.reason, sent.retryAfterMs)
  if (sent.outcome === 'refused' && isTriedAgain(message, sent)) return again(sent.reason, null)
  if (sent.outcome === 'unknown' && !sent.isFinal) return again(sent.reason, null)
  return recorded.result === 'changed' ? progressOf(recorded.facts, recorded.now) : null
}

/** Returns the failure that retries the send. It names no message and no address: the engine keeps it. */
function again(reason: string, retryAfterMs: number | null): ApplicationFailure {
  Context.current().log.info('a message is tried again', { reason })
  return ApplicationFailure.create({
    message: 'not sent yet',
    type: 'NotSentYet',
    ...(retryAfterMs !== null && { nextRetryDelay: Math.min(Math.max(retryAfterMs, 100), LONGEST_WAIT_MS) }),
  })
}
