import { isDeepStrictEqual } from 'node:util'
import { type Access, findStrangers, findStrangeTeams, readAccess, writeAccess } from '../db/access.ts'
import { findCurrentOnboarding } from '../db/onboardings.ts'
import type { Actor } from '../domain/events.ts'
import { type Commands, execute } from './execute.ts'

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
): Promise<'changed' | 'unchanged' | 'unknown_team' | 'unknown_person' | 'not_found'> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return 'not_found'
  let strange: 'unknown_team' | 'unknown_person' | null = null
  const outcome = await execute(
    commands,
    { practiceId, onboardingId },
    {
      actor,
      command: async (tx) => {
        if ((await findStrangeTeams(tx, access.teams)).length > 0) strange = 'unknown_team'
        else if ((await findStrangers(tx, access.people)).length > 0) strange = 'unknown_person'
        if (strange || isDeepStrictEqual(await readAccess(tx, organisationId), access)) return null
        return { do: 'change_access', requestId, ...access }
      },
      alongside: (tx) => writeAccess(tx, practiceId, organisationId, access),
    },
  )
  if (strange) return strange
  if (outcome.result === 'not_found') return 'not_found'
  return outcome.result === 'changed' ? 'changed' : 'unchanged'
}
