import { findClientsOfBanksBack } from '../../db/connections/sessions.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import { type Commands, execute } from '../execute.ts'

const MOST_AT_ONCE = 100

/**
 * Asks clients back whose bank was down, once somebody has connected that bank since. A failure goes to `onError` and
 * stops no other. Returns the number of clients asked.
 */
export async function askBack(
  commands: Commands,
  onError: (onboardingId: string, error: unknown) => void,
): Promise<number> {
  let asked = 0
  for (const { practiceId, onboardingId, sessionId } of await findClientsOfBanksBack(commands.db, MOST_AT_ONCE)) {
    try {
      const command = { do: 'bank_back', sessionId } as const
      const target = { practiceId, onboardingId }
      const { result } = await execute(commands, target, {
        actor: { type: 'system', id: null },
        command,
        alongside: (tx) => writeStepError(tx, onboardingId, 'bank', null),
      })
      if (result === 'changed') asked += 1
    } catch (error) {
      onError(onboardingId, error)
    }
  }
  return asked
}
