import { isDeepStrictEqual } from 'node:util'
import { type Access, findStrangeTeams, readAccess, writeAccess } from '../db/access.ts'
import { findCurrentOnboarding } from '../db/onboardings.ts'
import { findStrangers } from '../db/people/members.ts'
import type { Actor } from '../domain/events.ts'
import { type Commands, executeIn, transact } from './execute.ts'

type AccessChanged = 'changed' | 'unchanged' | 'unknown_team' | 'unknown_person' | 'not_found'

/**
 * Says anew who may see a client; recorded with its open onboarding, or else with its last. The same again changes
 * nothing. `unknown_team`, `unknown_person`: one of the teams or people is not the practice's.
 */
export async function changeAccess(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  requestId: string,
  organisationId: string,
  access: Access,
): Promise<AccessChanged> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return 'not_found'
  const target = { practiceId, onboardingId }
  return transact<AccessChanged>(commands, target, async (tx) => {
    // Before the client is locked, as whoever deletes a team or removes somebody does.
    if ((await findStrangeTeams(tx, access.teams)).length > 0) return { answer: 'unknown_team', tell: null }
    if ((await findStrangers(tx, access.people)).length > 0) return { answer: 'unknown_person', tell: null }
    const { outcome, tell } = await executeIn(tx, target, {
      actor,
      command: async () =>
        isDeepStrictEqual(await readAccess(tx, organisationId), access)
          ? null
          : { do: 'change_access', requestId, ...access },
      alongside: () => writeAccess(tx, practiceId, organisationId, access),
    })
    if (outcome.result === 'not_found') return { answer: 'not_found', tell }
    return { answer: outcome.result === 'changed' ? 'changed' : 'unchanged', tell }
  })
}
