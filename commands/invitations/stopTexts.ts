import { findTextedPhone, hasStoppedTexts, stopTexts as writeStop } from '../../db/invitations/invitations.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

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
  const found: { phone: string | null } = { phone: null }
  return execute(commands, target, {
    actor,
    command: async (tx) => {
      const phone = await findTextedPhone(tx, of)
      if (phone === null || (await hasStoppedTexts(tx, phone))) return null
      found.phone = phone
      return { do: 'stop_texts', requestId }
    },
    alongside: async (tx) => {
      if (found.phone !== null) await writeStop(tx, target.practiceId, found.phone)
    },
  })
}
