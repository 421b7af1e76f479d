import { isDeepStrictEqual } from 'node:util'
import { type Access, findStrangeTeams, readAccess, writeAccess } from '../../db/access.ts'
import { findCurrentOnboarding } from '../../db/onboardings/onboardings.ts'
import { type LastEdit, readLastEdit } from '../../db/onboardings/organisationDetails.ts'
import { findStrangers } from '../../db/people/members.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, executeIn, type Outcome, transact } from '../execute.ts'

type AccessChanged =
  | Outcome
  | { result: 'unknown_team' | 'unknown_person' }
  | ({ result: 'changed_meanwhile' } & LastEdit)

/**
 * Replaces the access rules of a client if `isAsKnown` accepts the present ones; recorded in its open or else last
 * onboarding. Repeating it changes nothing. `unknown_team`, `unknown_person`: not of the practice.
 */
export async function changeAccess(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  requestId: string,
  organisationId: string,
  access: Access,
  isAsKnown: (present: Access) => boolean,
): Promise<AccessChanged> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return { result: 'not_found' }
  const target = { practiceId, onboardingId }
  return transact<AccessChanged>(commands, practiceId, async (unit) => {
    const { tx } = unit
    // Checked before the client is locked, in the same order as when a team or colleague is deleted.
    if ((await findStrangeTeams(tx, access.teams)).length > 0) return { result: 'unknown_team' }
    if ((await findStrangers(tx, access.people)).length > 0) return { result: 'unknown_person' }
    return executeIn<AccessChanged>(unit, target, {
      actor,
      prepare: async () => {
        const present = await readAccess(tx, organisationId)
        if (isDeepStrictEqual(present, access)) return null
        if (!isAsKnown(present)) {
          const last = await readLastEdit(tx, organisationId, 'access_changed')
          return { answer: { result: 'changed_meanwhile', ...last } }
        }
        return {
          command: { do: 'change_access', requestId, ...access },
          alongside: () => writeAccess(tx, practiceId, organisationId, access),
        }
      },
    })
  })
}
