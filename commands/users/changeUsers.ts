import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { findCurrentOnboarding } from '../../db/onboardings/onboardings.ts'
import type { Actor } from '../../domain/events.ts'
import type { UserChange, UserRole } from '../../domain/practice/users.ts'
import { type Alongside, type Commands, execute, type Outcome } from '../execute.ts'

/** A permitted change of client users, with its further writes. */
export type UsersChange<W = unknown> = {
  what: UserChange
  /** The id of the person or of the invitation. */
  user: string
  role: UserRole | null
  write: Alongside<W>
}

/** The reason to refuse a change. */
export type UsersRefusal = { result: 'not_found' } | { result: 'last_admin' } | { result: 'already_member' }

/**
 * Changes a client's users, recorded in its open or else last onboarding. `prepare` reads them under the lock and
 * returns the change, an answer without one, or null if nothing changes.
 */
export async function changeUsers<A, W = unknown>(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  organisationId: string,
  prepare: (tx: Tx) => Promise<UsersChange<W> | { answer: A } | null>,
): Promise<Outcome<W> | A> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return { result: 'not_found' }
  const target = { practiceId, onboardingId }
  return execute<A, W>(commands, target, {
    actor,
    prepare: async (tx) => {
      const change = await prepare(tx)
      if (change === null || 'answer' in change) return change
      const { write: alongside, ...changed } = change
      return { command: { do: 'change_users', requestId: randomUUID(), ...changed }, alongside }
    },
  })
}
