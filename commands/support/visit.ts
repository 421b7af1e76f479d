import { randomUUID } from 'node:crypto'
import { insertVisit } from '../../db/support/visits.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

/** Records a support person's visit to a client with its reason, and shows it in the client's timeline. */
export async function visitClient(
  commands: Commands,
  target: Target,
  actor: Actor & { id: string },
  reason: string,
): Promise<Outcome> {
  const id = randomUUID()
  const { onboardingId } = target
  return execute(commands, target, {
    actor,
    command: { do: 'visit', visitId: id },
    alongside: (tx) => insertVisit(tx, { id, personId: actor.id, onboardingId, reason }),
  })
}
