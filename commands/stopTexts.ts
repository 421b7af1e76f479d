import { findTextedPhone, hasStoppedTexts, stopTexts as writeStop } from '../db/invitations.ts'
import type { Actor } from '../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from './execute.ts'

/**
 * No more texts to the number that this link or message went to, from any invitation of the practice. Idempotent; a
 * link or message that is no text changes nothing.
 */
export async function stopTexts(
  commands: Commands,
  target: Target,
  actor: Actor,
  requestId: string,
  of: { linkId: string } | { messageId: string },
): Promise<Outcome> {
  const found: { invitationId: string; phone: string }[] = []
  return execute(commands, target, {
    actor,
    command: async (tx) => {
      const texted = await findTextedPhone(tx, of)
      if (!texted || (await hasStoppedTexts(tx, texted.phone))) return null
      found.push(texted)
      return { do: 'stop_texts', requestId }
    },
    alongside: async (tx) => {
      for (const { invitationId, phone } of found) await writeStop(tx, target.practiceId, invitationId, phone)
    },
  })
}
