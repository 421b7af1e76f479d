import { execute } from '../commands/execute.ts'
import type { Command } from '../domain/commands.ts'
import type { Progress } from '../domain/progress.ts'
import type { Dependencies } from './dependencies.ts'
import { progressAfter, targetOf } from './progress.ts'

/** Creates an activity that executes one command of the workflow: remind, expire, give up or complete. */
export const decideNow =
  ({ commands }: Dependencies, command: Command) =>
  async (onboardingId: string, run: number, practiceId?: string): Promise<Progress> => {
    const target = await targetOf(commands.db, onboardingId, run, practiceId)
    const outcome = await execute(commands, target, { actor: { type: 'system', id: null }, command })
    return progressAfter(commands.db, target, outcome)
  }
