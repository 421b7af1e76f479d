import { execute } from '../commands/execute.ts'
import type { Progress } from '../domain/progress.ts'
import type { Dependencies } from './dependencies.ts'
import { freshProgress, targetOf } from './progress.ts'

/**
 * Ends sends that were tried for 20 hours and may have left; staff decide what follows. A sent message stays sent. A
 * message that is still queued never reached the provider, as while its operator has to fix an error, and stays due.
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
