import { writeDeclineReason } from '../../db/onboardings/onboardings.ts'
import type { DeclineReason } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

/** Declines the invitation. `note`: the person's own words, or the name of the right person; it is not logged. */
export async function decline(
  commands: Commands,
  target: Target,
  actor: Actor,
  requestId: string,
  reason: DeclineReason,
  note: string | null,
): Promise<Outcome> {
  return execute(commands, target, {
    actor,
    command: { do: 'decline', requestId, reason, by: actor.type === 'client' ? 'client' : 'staff' },
    alongside: (tx) => writeDeclineReason(tx, target.onboardingId, reason, note),
  })
}
