import { randomUUID } from 'node:crypto'
import { allowTexts, hasStoppedTexts, stopTexts } from '../../db/invitations/invitations.ts'
import { noteProviderEvent } from '../../db/invitations/messages.ts'
import { type Owned, resolveTexted } from '../../db/resolve.ts'
import type { TextReply } from '../../providers/sms/sms.ts'
import { type Commands, executeIn, transact } from '../execute.ts'

/**
 * Records a STOP or START reply to one of our texts in every practice that texted the number, because all share one
 * sender. Recorded once per reply, however often the provider repeats it.
 */
export async function recordReply(commands: Commands, provider: string, reply: TextReply): Promise<void> {
  for (const texted of await resolveTexted(commands.db, reply.phone)) await recordIn(commands, provider, reply, texted)
}

async function recordIn(
  commands: Commands,
  provider: string,
  { reply, phone, providerEventId }: TextReply,
  { practiceId, onboardingId }: Owned,
): Promise<void> {
  const stops = reply === 'stop'
  await transact(commands, practiceId, async (unit) => {
    const { tx } = unit
    const isNew = await noteProviderEvent(tx, practiceId, provider, `${providerEventId}:${practiceId}`)
    if (!isNew || (await hasStoppedTexts(tx, phone)) === stops) return
    const target = { practiceId, onboardingId }
    await executeIn(unit, target, {
      actor: { type: 'provider', id: provider },
      command: { do: stops ? 'stop_texts' : 'allow_texts', requestId: randomUUID() },
      alongside: () => (stops ? stopTexts(tx, practiceId, phone) : allowTexts(tx, phone)),
    })
  })
}
