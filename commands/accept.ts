import { readLink } from '../db/links.ts'
import { type Commands, execute, type Outcome, type Target } from './execute.ts'

/**
 * Accepts through one link. Exactly one acceptance wins; the same link again is an idempotent success, and every other
 * one a refusal that says what stands. `bankId` is the bank chosen with it, kept with the consent wording shown.
 */
export async function accept(
  commands: Commands,
  target: Target,
  linkId: string,
  bankId: string | null,
): Promise<Outcome> {
  return execute(commands, target, {
    actor: { type: 'client', id: linkId },
    command: async (tx) => {
      const link = await readLink(tx, linkId)
      return link && { do: 'accept', link, bankId }
    },
  })
}
