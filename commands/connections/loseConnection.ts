import { readConnection } from '../../db/connections/connections.ts'
import { writeHealth } from '../../db/connections/living.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import type { LossReason } from '../../domain/connectionLife.ts'
import { type Commands, execute } from '../execute.ts'

/** Records once that a connection cannot be read any more, and tells the practice. */
export async function loseConnection(
  commands: Commands,
  practiceId: string,
  connectionId: string,
  health: LossReason,
  words: string,
): Promise<void> {
  const found = await commands.db.inPractice(practiceId, (tx) => readConnection(tx, connectionId))
  if (!found) return
  const { onboardingId, kind: step, provider } = found
  await execute(
    commands,
    { practiceId, onboardingId },
    {
      actor: { type: 'provider', id: provider },
      prepare: async (tx) => {
        const standing = await readConnection(tx, connectionId)
        if (standing?.state !== 'connected') return null
        return {
          command: { do: 'lose', connectionId, step, health },
          alongside: async () => {
            await writeHealth(tx, connectionId, health, { loss: words })
            await writeStepError(tx, onboardingId, step, words)
          },
        }
      },
    },
  )
}
