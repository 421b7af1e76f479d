import { type ClientReport, countReports, insertReport, isReportedAlready } from '../../db/onboardings/clientReports.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

/** The most reports of one client within 24 h, because each is a mail to the practice. */
const REPORTS_PER_DAY = 10

/** Records a client's report to the practice. Changes nothing for a repeated report or above the daily limit. */
export async function reportToPractice(
  commands: Commands,
  target: Target,
  actor: Actor,
  requestId: string,
  told: ClientReport,
): Promise<Outcome> {
  return execute(commands, target, {
    actor,
    prepare: async (tx) => {
      if (await isReportedAlready(tx, target.onboardingId, told)) return null
      if ((await countReports(tx, target.onboardingId)) >= REPORTS_PER_DAY) return null
      return {
        command: { do: 'report', requestId, about: told.about },
        alongside: () => insertReport(tx, target.practiceId, target.onboardingId, requestId, told),
      }
    },
  })
}
