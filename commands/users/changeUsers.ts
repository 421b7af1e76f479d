import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { findCurrentOnboarding } from '../../db/onboardings/onboardings.ts'
import type { Actor } from '../../domain/events.ts'
import type { UserChange, UserRole } from '../../domain/practice/users.ts'
import { type Commands, execute } from '../execute.ts'

/** A change of a client's users that may be made: what it is, to whom, and what else is written for it. */
export type UsersChange = {
  what: UserChange
  /** The id of the person, or of an invitation. */
  user: string
  role: UserRole | null
  write(tx: Tx, now: number): Promise<unknown>
}

/** Why no change is made. */
export type UsersRefusal = 'not_found' | 'last_admin' | 'already_member'

/**
 * Changes who a client's users are, recorded with its open onboarding, or else with its last. `decide` looks at them
 * under the lock and answers the change, a refusal, or null where all is so already.
 */
export async function changeUsers<Other extends string = never>(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  organisationId: string,
  decide: (tx: Tx) => Promise<UsersChange | UsersRefusal | NoInfer<Other> | null>,
): Promise<'changed' | 'unchanged' | UsersRefusal | Other> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return 'not_found'
  const found: { change: UsersChange | UsersRefusal | Other | null } = { change: null }
  const outcome = await execute(
    commands,
    { practiceId, onboardingId },
    {
      actor,
      command: async (tx) => {
        found.change = await decide(tx)
        if (found.change === null || typeof found.change === 'string') return null
        const { what, user, role } = found.change
        return { do: 'change_users', requestId: randomUUID(), what, user, role }
      },
      alongside: async (tx, { now }) => {
        if (found.change !== null && typeof found.change !== 'string') await found.change.write(tx, now)
      },
    },
  )
  if (outcome.result === 'not_found') return 'not_found'
  if (typeof found.change === 'string') return found.change
  return outcome.result === 'changed' ? 'changed' : 'unchanged'
}
