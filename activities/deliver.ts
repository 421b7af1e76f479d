import { ApplicationFailure, Context } from '@temporalio/activity'
import { claimMessage } from '../commands/claimMessage.ts'
import type { Target } from '../commands/execute.ts'
import { recordSend } from '../commands/recordSend.ts'
import type { Situation } from '../domain/situation.ts'
import { freezeMessage } from './compose.ts'
import type { Dependencies } from './dependencies.ts'
import { readRendering, renderEmail, renderSms } from './render.ts'
import { freshSituation, situationAfter, targetOf } from './situation.ts'

/**
 * Sends one message: claims it under the lock if it is still wanted, calls the provider under the message's own key,
 * records what came of it. Retried until the provider has answered; a mail repeats under its key, a text never.
 */
export const deliver =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number, messageId: string): Promise<Situation> => {
    const { commands, email, sms } = dependencies
    const fresh = await targetOf(commands.db, onboardingId, run)
    // By message, not by run: what an ended run still had to send is sent.
    const target: Target = { practiceId: fresh.practiceId, onboardingId, answersRun: run }
    const claim = await claimMessage(commands, target, messageId, freezeMessage(dependencies), readRendering)
    if (claim.do === 'leave') return freshSituation(commands.db, fresh)
    const { message, rendering } = claim
    const sent =
      message.channel === 'email'
        ? await email.send(await renderEmail(dependencies, message, rendering), message.id)
        : await sms.send(renderSms(dependencies, message, rendering))
    const provider = message.channel === 'email' ? email.name : sms.name
    const recorded = await recordSend(commands, target, message, provider, sent)
    if (sent.outcome === 'later') throw again(sent.reason, sent.retryAfterMs)
    if (sent.outcome === 'unknown' && message.channel === 'email') throw again(sent.reason, null)
    return recorded.result === 'changed' ? situationAfter(recorded) : freshSituation(commands.db, fresh)
  }

/** Neither the message nor its address goes into the engine's history: only that it is tried again. */
function again(reason: string, retryAfterMs: number | null): ApplicationFailure {
  Context.current().log.info('a message is tried again', { reason })
  return ApplicationFailure.create({
    message: 'not sent yet',
    type: 'NotSentYet',
    ...(retryAfterMs !== null && { nextRetryDelay: Math.max(retryAfterMs, 100) }),
  })
}
