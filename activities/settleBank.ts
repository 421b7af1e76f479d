import { lookAgain, settleBankSession } from '../commands/connections/bankSession.ts'
import { readDueSessions } from '../db/connections/sessions.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import type { Situation } from '../domain/situation.ts'
import { ProviderFailure } from '../providers/failure.ts'
import type { Dependencies } from './dependencies.ts'
import { freshSituation, targetOf } from './situation.ts'

/** Looks at bank sessions nobody came back from, by the same code as the return. */
export const settleBank =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number): Promise<Situation> => {
    const { commands } = dependencies
    const target = await targetOf(commands.db, onboardingId, run)
    const due = await commands.db.inPractice(target.practiceId, async (tx) => {
      const read = await readFacts(tx, onboardingId)
      return read && read.facts.run === run ? readDueSessions(tx, onboardingId, read.now) : []
    })
    for (const session of due) {
      try {
        await settleBankSession(commands, dependencies, target, session.id, null)
      } catch (error) {
        if (!(error instanceof ProviderFailure)) throw error
        await lookAgain(commands, target, session, 'waiting')
      }
    }
    return freshSituation(commands.db, target)
  }
