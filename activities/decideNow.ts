import { execute } from '../commands/execute.ts'
import type { Command } from '../domain/commands.ts'
import type { Situation } from '../domain/situation.ts'
import type { Dependencies } from './dependencies.ts'
import { freshSituation, situationAfter, targetOf } from './situation.ts'

/** An activity that gives one command of time: a touch, an expiry, giving up, completing. */
export const decideNow =
  ({ commands }: Dependencies, command: Command) =>
  async (onboardingId: string, run: number): Promise<Situation> => {
    const target = await targetOf(commands.db, onboardingId, run)
    const outcome = await execute(commands, target, { actor: { type: 'system', id: null }, command })
    return outcome.result === 'unchanged' ? freshSituation(commands.db, target) : situationAfter(outcome)
  }
