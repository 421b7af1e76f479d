import { execute } from '../commands/execute.ts'
import type { Situation } from '../domain/situation.ts'
import type { Dependencies } from './dependencies.ts'
import { freshSituation, targetOf } from './situation.ts'

/**
 * Gives sends to staff that were tried for 20 hours and may have left. What was sent stays sent; what is still queued was
 * never taken, as while the provider's operator has something to mend, and stays due.
 */
export const abandonSend =
  ({ commands }: Dependencies) =>
  async (onboardingId: string, run: number, messageIds: string | string[]): Promise<Situation> => {
    const target = await targetOf(commands.db, onboardingId, run)
    const reason = 'The provider could not be reached for 20 hours.'
    for (const messageId of [messageIds].flat()) {
      await execute(
        commands,
        { practiceId: target.practiceId, onboardingId },
        { actor: { type: 'system', id: null }, command: { do: 'abandon_send', messageId, reason } },
      )
    }
    return freshSituation(commands.db, target)
  }
