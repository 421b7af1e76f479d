import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Target } from '../commands/execute.ts'
import { claimMessage } from '../commands/invitations/claimMessage.ts'
import { isTriedAgain, recordSend } from '../commands/invitations/recordSend.ts'
import { type Situation, UNDO_MS } from '../domain/situation.ts'
import { freezeMessage } from './compose.ts'
import type { Dependencies } from './dependencies.ts'
import { readRendering, renderEmail, renderSms } from './render.ts'
import { freshSituation, situationAfter, targetOf } from './situation.ts'

/**
 * Sends messages, one after another: each is claimed under the lock if it is still wanted, given to the provider under its
 * own key, and what came of it recorded. Retried until the provider has answered for all of them; a mail repeats under
 * its key, a text never, and what is done is left alone. One that is to be tried again holds up no other.
 */
export const deliver =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number, messageIds: string | string[]): Promise<Situation> => {
    const fresh = await targetOf(dependencies.commands.db, onboardingId, run)
    const ends: Awaited<ReturnType<typeof sendOne>>[] = []
    for (const messageId of [messageIds].flat()) ends.push(await sendOne(dependencies, fresh, messageId))
    const failure = ends.find((end) => end instanceof ApplicationFailure)
    if (failure) throw failure
    const last = ends.at(-1)
    return last && !(last instanceof ApplicationFailure) ? last : freshSituation(dependencies.commands.db, fresh)
  }

/** Intervals at which an attempt looks whether the cancellation was undone, or what is to leave later is still wanted. */
const LOOK_AGAIN_MS = 5_000
const LOOK_LATER_MS = 600_000
/** A send may take 20 hours in all; one that is asked to wait longer than is left would end, and begin anew at once. */
const LONGEST_WAIT_MS = 6 * 3_600_000

/** One attempt at one message: the situation after it, null when it was left alone, or why it is tried again. */
async function sendOne(
  dependencies: Dependencies,
  { practiceId, onboardingId, run }: Target & { run: number },
  messageId: string,
): Promise<Situation | ApplicationFailure | null> {
  const { commands, email, sms } = dependencies
  // By message, not by run: what an ended run still had to send is sent.
  const target: Target = { practiceId, onboardingId, answersRun: run }
  const claim = await claimMessage(commands, target, messageId, freezeMessage(dependencies), readRendering)
  if (claim.do === 'leave') return null
  if (claim.do === 'wait') {
    return again('it is not time yet', Math.min(claim.forMs, claim.forMs > UNDO_MS ? LOOK_LATER_MS : LOOK_AGAIN_MS))
  }
  const { message, rendering } = claim
  const sent =
    message.channel === 'email'
      ? await email.send(await renderEmail(dependencies, message, rendering), message.id, message.state === 'sending')
      : await sms.send(renderSms(dependencies, message, rendering))
  const provider = message.channel === 'email' ? email.name : sms.name
  const recorded = await recordSend(commands, target, message, provider, sent)
  if (sent.outcome === 'later') return again(sent.reason, sent.retryAfterMs)
  if (sent.outcome === 'refused' && isTriedAgain(message, sent)) return again(sent.reason, null)
  if (sent.outcome === 'unknown' && message.channel === 'email' && !sent.isFinal) return again(sent.reason, null)
  return recorded.result === 'changed' ? situationAfter(recorded) : null
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
