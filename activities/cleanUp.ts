import { endUnusedGrants } from '../commands/connections/endGrants.ts'
import { execute } from '../commands/execute.ts'
import type { Situation } from '../domain/situation.ts'
import type { Dependencies } from './dependencies.ts'
import { freshSituation, situationAfter, targetOf } from './situation.ts'

/** After the undo: links dead, sessions closed, half-made connections ended at their providers. */
export const cleanUp =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number): Promise<Situation> => {
    const { commands } = dependencies
    const target = await targetOf(commands.db, onboardingId, run)
    const command = { do: 'clean_up' } as const
    const outcome = await execute(commands, target, { actor: { type: 'system', id: null }, command })
    const situation =
      outcome.result === 'unchanged' ? await freshSituation(commands.db, target) : situationAfter(outcome)
    if (situation.instants.cleaned !== null) await endUnusedGrants(commands.db, dependencies, target)
    return situation
  }
