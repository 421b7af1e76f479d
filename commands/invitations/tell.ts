import { countTold, insertTold, isToldAlready, type Told } from '../../db/onboardings/told.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

/** Each thing told is a mail to the practice: no more than this many in 24 h from one client. */
const TOLD_PER_DAY = 10

/** Tells the practice something from the client's page. The same again, or too much of it, changes nothing. */
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
