import { randomUUID } from 'node:crypto'
import { findCurrentOnboarding } from '../../db/onboardings/onboardings.ts'
import { readOrganisationDetails } from '../../db/onboardings/organisationDetails.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { type Commands, execute } from '../execute.ts'

/** `sealed` is null if none is stored. */
export type Revealed = { result: 'revealed'; sealed: string | null } | { result: 'not_found' }

/**
 * Returns the client's National Insurance number, still sealed, and records the reader in the timeline and the audit
 * log. Records nothing if none is stored.
 */
export async function revealNiNumber(
  commands: Commands,
  practiceId: string,
  doer: Doer,
  organisationId: string,
): Promise<Revealed> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return { result: 'not_found' }
  const target = { practiceId, onboardingId }
  const outcome = await execute(commands, target, {
    actor: doer.actor,
    prepare: async (tx) => {
      const sealed = (await readOrganisationDetails(tx, organisationId))?.niNumberSealed ?? null
      if (sealed === null) return null
      const alongside = async () => {
        await insertAudit(tx, doer, { kind: 'ni_number_shown', subjectId: organisationId })
        return sealed
      }
      return { command: { do: 'reveal', requestId: randomUUID() }, alongside }
    },
  })
  if (outcome.result === 'not_found') return outcome
  return { result: 'revealed', sealed: outcome.result === 'changed' ? outcome.written : null }
}
