import { noteProviderEvent, writeProviderId } from '../db/messages.ts'
import { resolveMessage, resolveSentMessage } from '../db/resolve.ts'
import type { DeliveryReport } from '../providers/email/email.ts'
import { type Commands, executeIn, tellSoon } from './execute.ts'

/**
 * Records a provider's report about a message: once per provider event, never backwards. May come before our own
 * record of the send. Answers whether the message is ours.
 */
export async function recordDelivery(commands: Commands, provider: string, report: DeliveryReport): Promise<boolean> {
  const owned =
    (report.messageId ? await resolveMessage(commands.db, report.messageId) : null) ??
    (await resolveSentMessage(commands.db, provider, report.providerId))
  if (!owned) return false
  const { id, practiceId, onboardingId } = owned
  const tell = await commands.db.inPractice(practiceId, async (tx) => {
    if (!(await noteProviderEvent(tx, practiceId, provider, report.providerEventId))) return null
    const done = await executeIn(
      tx,
      { practiceId, onboardingId },
      {
        actor: { type: 'provider', id: provider },
        command: { do: 'move_message', messageId: id, to: report.state, reason: report.reason },
      },
    )
    await writeProviderId(tx, id, provider, report.providerId)
    return done.tell
  })
  if (tell) await tellSoon(commands, { practiceId, onboardingId }, tell.situation, tell.started)
  return true
}
