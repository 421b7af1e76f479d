import { randomUUID } from 'node:crypto'
import { insertLook } from '../../db/support/looks.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

/** Support says why it opens a client: kept, and told in the client's timeline. */
export async function look(
  commands: Commands,
  target: Target,
  actor: Actor & { id: string },
  reason: string,
): Promise<Outcome> {
  const id = randomUUID()
  const { onboardingId } = target
  return execute(commands, target, {
    actor,
    command: { do: 'look', lookId: id },
    alongside: (tx) => insertLook(tx, { id, personId: actor.id, onboardingId, reason }),
  })
}
