import { pollBank } from '../commands/connections/banks/bankSession.ts'
import { readDueSessions } from '../db/connections/sessions.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import type { Progress } from '../domain/progress.ts'
import type { Dependencies } from './dependencies.ts'
import { freshProgress, targetOf } from './progress.ts'

/** Polls the bank sessions that are due. */
export const settleBank =
  (dependencies: Dependencies) =>
  async (onboardingId: string, run: number, practiceId?: string): Promise<Progress> => {
    const { commands } = dependencies
    const target = await targetOf(commands.db, onboardingId, run, practiceId)
    const due = await commands.db.inPractice(target.practiceId, async (tx) => {
      const read = await readFacts(tx, onboardingId)
      return read && read.facts.run === run ? readDueSessions(tx, onboardingId, read.now) : []
    })
    for (const session of due) await pollBank(commands, dependencies, target, session.id)
    return freshProgress(commands.db, target)
  }
