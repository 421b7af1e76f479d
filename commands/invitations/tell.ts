import { countTold, insertTold, isToldAlready, type Told } from '../../db/onboardings/told.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

/** The most reports of one client within 24 h, because each is a mail to the practice. */
const TOLD_PER_DAY = 10

/** Records a client's report to the practice. Changes nothing for a repeated report or above the daily limit. */
export async function tell(
  commands: Commands,
  target: Target,
  actor: Actor,
  requestId: string,
  told: Told,
): Promise<Outcome> {
  return execute(commands, target, {
    actor,
    prepare: async (tx) => {
      if (await isToldAlready(tx, target.onboardingId, told)) return null
      if ((await countTold(tx, target.onboardingId)) >= TOLD_PER_DAY) return null
      return {
        command: { do: 'tell', requestId, about: told.about },
        alongside: () => insertTold(tx, target.practiceId, target.onboardingId, requestId, told),
      }
    },
  })
}
