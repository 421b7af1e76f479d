import { execute } from '../commands/execute.ts'
import type { Progress } from '../domain/progress.ts'
import type { Dependencies } from './dependencies.ts'
import { freshProgress, targetOf } from './progress.ts'

/**
 * Gives sends to staff that were tried for 20 hours and may have left. What was sent stays sent; what is still queued was
 * never taken, as while the provider's operator has something to mend, and stays due.
 */
export const abandonSend =
  ({ commands }: Dependencies) =>
  async (onboardingId: string, run: number, messageIds: string | string[], practiceId?: string): Promise<Progress> => {
    const target = await targetOf(commands.db, onboardingId, run, practiceId)
    const reason = 'The provider could not be reached for 20 hours.'
    for (const messageId of [messageIds].flat()) {
      await execute(
        commands,
        { practiceId: target.practiceId, onboardingId },
        { actor: { type: 'system', id: null }, command: { do: 'abandon_send', messageId, reason } },
      )
    }
    return freshProgress(commands.db, target)
  }
