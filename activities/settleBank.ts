import { pollBank } from '../commands/connections/bankSession.ts'
import { readDueSessions } from '../db/connections/sessions.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import type { Situation } from '../domain/situation.ts'
import type { Dependencies } from './dependencies.ts'
import { freshSituation, targetOf } from './situation.ts'

/** Polls the bank sessions that are due. */
export const settleBank =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number): Promise<Situation> => {
    const { commands } = dependencies
    const target = await targetOf(commands.db, onboardingId, run)
    const due = await commands.db.inPractice(target.practiceId, async (tx) => {
      const read = await readFacts(tx, onboardingId)
      return read && read.facts.run === run ? readDueSessions(tx, onboardingId, read.now) : []
    })
    for (const session of due) await pollBank(commands, dependencies, target, session.id)
    return freshSituation(commands.db, target)
  }
