import { findCurrentOnboarding } from '../../db/onboardings/onboardings.ts'
import { type LastEdit, readLastEdit } from '../../db/onboardings/organisationDetails.ts'
import { readManager, writeManager } from '../../db/onboardings/organisations.ts'
import { findStrangers } from '../../db/people/members.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, type Execution, executeIn, type Outcome, type Target, transact } from '../execute.ts'

/**
 * Returns the execution that sets the account manager (null: none), only if the present one is `from`, where given.
 * Repeating it changes nothing.
 */
export const assignment = (
  target: Target,
  actor: Actor,
  requestId: string,
  managerId: string | null,
  from?: string | null,
): Execution => ({
  actor,
  prepare: async (tx) => {
    const present = await readManager(tx, target.onboardingId)
    const isAnothers = from !== undefined && present !== from
    if (present === managerId || isAnothers) return null
    return {
      command: { do: 'assign', requestId, managerId },
      alongside: () => writeManager(tx, target.onboardingId, managerId),
    }
  },
})

type Assigned = Outcome | { result: 'unknown_person' } | ({ result: 'changed_meanwhile' } & LastEdit)

/**
 * Sets the account manager of an organisation, recorded in its open or else last onboarding. `unknown_person`: the
 * person is not in the practice. `changed_meanwhile`: the present manager is neither `from` nor the wanted one.
 */
export async function assignManager(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  requestId: string,
  organisationId: string,
  managerId: string | null,
  from?: string | null,
): Promise<Assigned> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return { result: 'not_found' }
  const target = { practiceId, onboardingId }
  return transact<Assigned>(commands, practiceId, async (unit) => {
    const { tx } = unit
    // Before locking the client, and held until the commit: a colleague being removed gets no more clients.
    const isStranger = managerId !== null && (await findStrangers(tx, [managerId])).length > 0
    if (isStranger) return { result: 'unknown_person' }
    const outcome = await executeIn(unit, target, assignment(target, actor, requestId, managerId, from))
    const isOvertaken =
      from !== undefined && outcome.result === 'unchanged' && (await readManager(tx, onboardingId)) !== managerId
    if (!isOvertaken) return outcome
    return { result: 'changed_meanwhile', ...(await readLastEdit(tx, organisationId, 'assigned')) }
  })
}
