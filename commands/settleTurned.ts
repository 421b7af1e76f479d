import { lockFacts } from '../db/onboardings/facts.ts'
import { findTurned } from '../db/onboardings/turned.ts'
import { sideBySide } from './bulk.ts'
import { type Commands, resettle, type Target, transact } from './execute.ts'

const MOST_AT_ONCE = 500

/** Writes an onboarding's situation again after a change of a connection that is no event. */
export const settleAgain = (commands: Commands, { practiceId, onboardingId }: Target): Promise<void> =>
  transact(commands, practiceId, async (unit) => {
    const locked = await lockFacts(unit.tx, onboardingId)
    if (locked) await resettle(unit, locked)
  })

/**
 * Writes the situation of every completed client again that time has changed, as by the end of a bank's access. A failure
 * goes to `onError` and stops no other. Returns the number written.
 */
export async function settleTurned(
  commands: Commands,
  onError: (onboardingId: string, error: unknown) => void,
): Promise<number> {
  for (let settled = 0; ; ) {
    const turned = await findTurned(commands.db, MOST_AT_ONCE)
    let done = 0
    await sideBySide(turned, async (target) => {
      try {
        await settleAgain(commands, target)
        done += 1
      } catch (error) {
        onError(target.onboardingId, error)
      }
    })
    settled += done
    if (turned.length < MOST_AT_ONCE || done === 0) return settled
  }
}
