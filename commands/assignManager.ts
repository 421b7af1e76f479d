import { findStrangers } from '../db/access.ts'
import { findCurrentOnboarding } from '../db/onboardings.ts'
import { readManager, writeManager } from '../db/organisations.ts'
import type { Actor } from '../domain/events.ts'
import { type Commands, type Execution, execute, type Outcome, type Target } from './execute.ts'

/** Makes a colleague the client's account manager, or nobody. The same again changes nothing. */
export const assignment = (target: Target, actor: Actor, requestId: string, managerId: string | null): Execution => ({
  actor,
  command: async (tx) => {
    const present = await readManager(tx, target.onboardingId)
    return present === managerId ? null : { do: 'assign', requestId, managerId }
  },
  alongside: (tx) => writeManager(tx, target.onboardingId, managerId),
})

/**
 * The same for an organisation, recorded with its open onboarding or else with its last. `unknown_person`: it is nobody
 * of the practice.
 */
export async function assignManager(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  requestId: string,
  organisationId: string,
  managerId: string | null,
): Promise<Outcome | { result: 'unknown_person' }> {
  const { onboardingId, isStranger } = await commands.db.inPractice(practiceId, async (tx) => ({
    onboardingId: await findCurrentOnboarding(tx, organisationId),
    isStranger: managerId !== null && (await findStrangers(tx, [managerId])).length > 0,
  }))
  if (onboardingId === null) return { result: 'not_found' }
  if (isStranger) return { result: 'unknown_person' }
  const target = { practiceId, onboardingId }
  return execute(commands, target, assignment(target, actor, requestId, managerId))
}
