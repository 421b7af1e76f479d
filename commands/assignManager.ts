import { findCurrentOnboarding } from '../db/onboardings.ts'
import { readManager, writeManager } from '../db/organisations.ts'
import { findStrangers } from '../db/people/members.ts'
import type { Actor } from '../domain/events.ts'
import { type Commands, type Execution, executeIn, type Outcome, type Target, transact } from './execute.ts'

/**
 * Makes a colleague the client's account manager, or nobody; only if it is `from`, where that is given. The same again
 * changes nothing.
 */
export const assignment = (
  target: Target,
  actor: Actor,
  requestId: string,
  managerId: string | null,
  from?: string,
): Execution => ({
  actor,
  command: async (tx) => {
    const present = await readManager(tx, target.onboardingId)
    const isAnothers = from !== undefined && present !== from
    return present === managerId || isAnothers ? null : { do: 'assign', requestId, managerId }
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
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return { result: 'not_found' }
  const target = { practiceId, onboardingId }
  return transact<Outcome | { result: 'unknown_person' }>(commands, target, async (tx) => {
    // Before the client is locked, and held until the commit: a colleague who is being removed is given no more clients.
    const isStranger = managerId !== null && (await findStrangers(tx, [managerId])).length > 0
    if (isStranger) return { answer: { result: 'unknown_person' }, tell: null }
    const { outcome, tell } = await executeIn(tx, target, assignment(target, actor, requestId, managerId))
    return { answer: outcome, tell }
  })
}
