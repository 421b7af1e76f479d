import { findTextedPhone, hasStoppedTexts, stopTexts as writeStop } from '../../db/invitations/invitations.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

/**
 * Stops texts from the practice to the number that this link or message went to. Idempotent. Changes nothing for a link
 * or message that is no text.
 */
export async function stopTexts(
  commands: Commands,
  target: Target,
  actor: Actor,
  requestId: string,
  of: { linkId: string } | { messageId: string },
): Promise<Outcome> {
  return execute(commands, target, {
    actor,
    prepare: async (tx) => {
      const phone = await findTextedPhone(tx, of)
      if (phone === null || (await hasStoppedTexts(tx, phone))) return null
      return { command: { do: 'stop_texts', requestId }, alongside: () => writeStop(tx, target.practiceId, phone) }
    },
  })
}
