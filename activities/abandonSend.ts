import { execute } from '../commands/execute.ts'
import type { Situation } from '../domain/situation.ts'
import type { Dependencies } from './dependencies.ts'
import { freshSituation, targetOf } from './situation.ts'

/** A send that was tried for 20 hours goes to staff: nobody knows whether it left. */
export const abandonSend =
  ({ commands }: Dependencies) =>
  async (onboardingId: string, run: number, messageId: string): Promise<Situation> => {
    const target = await targetOf(commands.db, onboardingId, run)
    await execute(
      commands,
      { practiceId: target.practiceId, onboardingId },
      {
        actor: { type: 'system', id: null },
        command: {
          do: 'move_message',
          messageId,
          to: 'unknown',
          reason: 'The provider could not be reached for 20 hours.',
        },
      },
    )
    return freshSituation(commands.db, target)
  }
