import { endUnusedGrants } from '../commands/connections/endGrants.ts'
import { execute } from '../commands/execute.ts'
import type { Progress } from '../domain/progress.ts'
import type { Dependencies } from './dependencies.ts'
import { progressAfter, targetOf } from './progress.ts'

/** Ends links and sessions after the undo period, and unfinished connections at their providers. */
export const cleanUp =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number, practiceId?: string): Promise<Progress> => {
    const { commands } = dependencies
    const target = await targetOf(commands.db, onboardingId, run, practiceId)
    const command = { do: 'clean_up' } as const
    const outcome = await execute(commands, target, { actor: { type: 'system', id: null }, command })
    const progress = progressAfter(commands.db, target, outcome)
    if ('facts' in outcome && outcome.facts.instants.cleaned !== null) {
      await endUnusedGrants(commands.db, dependencies, target)
    }
    return progress
  }
