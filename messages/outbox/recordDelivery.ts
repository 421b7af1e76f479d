import { randomUUID } from 'node:crypto'
import { type Commands, executeIn, transact } from '../../commands/execute.ts'
import { stopTexts } from '../../commands/invitations/stopTexts.ts'
import type { Database } from '../../db/client.ts'
import { noteProviderEvent, readMessage, writeProviderId } from '../../db/invitations/messages.ts'
import { moveAccountMail } from '../../db/people/accountMails.ts'
import { isUuid, resolveMessage, resolveSentMessage } from '../../db/resolve.ts'
import { writeTrouble } from '../../db/troubles.ts'
import type { DeliveryReport } from '../../providers/email/email.ts'

/**
 * Records a provider's report about a message, once per provider event and never backwards. It may arrive before our
 * own record of the send. A report that the number answered STOP stops the practice's texts to it. Returns true if the
 * message is ours.
 */
export async function recordDelivery(commands: Commands, provider: string, report: DeliveryReport): Promise<boolean> {
  const owned =
    (report.messageId ? await resolveMessage(commands.db, report.messageId) : null) ??
    (await resolveSentMessage(commands.db, provider, report.providerId))
  if (!owned) return recordAccountMail(commands.db, report)
  const { id, practiceId, onboardingId } = owned
  const target = { practiceId, onboardingId, messageId: id }
  await transact(commands, practiceId, async (unit) => {
    const { tx } = unit
    if (!(await noteProviderEvent(tx, practiceId, provider, report.providerEventId))) return
    const { state: to, reason, about } = report
    await executeIn(unit, target, {
      actor: { type: 'provider', id: provider },
      command: { do: 'move_message', messageId: id, to, reason, ...(about && { about }) },
    })
    await writeProviderId(tx, id, provider, report.providerId)
    if (report.trouble) await writeTrouble(tx, (await readMessage(tx, id))?.channel ?? 'sms', report.trouble)
  })
  if (report.about === 'opted_out') {
    await stopTexts(commands, target, { type: 'provider', id: provider }, randomUUID(), { messageId: id })
  }
  return true
}

/** Records a report about a sign-in mail, whose id is the provider's tag. Returns false if it is no such mail. */
const recordAccountMail = async (db: Database, { messageId, state, reason }: DeliveryReport): Promise<boolean> =>
  messageId !== null && isUuid(messageId) && moveAccountMail(db, messageId, state, reason)
