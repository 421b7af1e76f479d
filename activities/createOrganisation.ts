import { randomBytes } from 'node:crypto'
import { execute } from '../commands/execute.ts'
import { readOrganisationId } from '../db/onboardings/onboardings.ts'
import { giveReference, readReference } from '../db/onboardings/organisations.ts'
import { readPractice } from '../db/practices.ts'
import type { Situation } from '../domain/situation.ts'
import type { Dependencies } from './dependencies.ts'
import { freshSituation, situationAfter, targetOf } from './situation.ts'

/** Crockford's alphabet: nothing in a reference can be misread over the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const randomReference = () => `EM-${[...randomBytes(6)].map((byte) => ALPHABET[byte % 32]).join('')}`

/**
 * Gives the client reference and, where the practice receives mail, the intake address. First step of every run. Returns
 * the reference as well, for the engine's own UI; histories from before have none.
 */
export const createOrganisation =
  ({ commands }: Dependencies) =>
  async (onboardingId: string, run: number): Promise<Situation & { reference?: string | null }> => {
    const target = await targetOf(commands.db, onboardingId, run)
    const outcome = await execute(commands, target, {
      actor: { type: 'system', id: null },
      command: { do: 'provision' },
      alongside: async (tx) => {
        const [organisationId, { intakeDomain }] = await Promise.all([
          readOrganisationId(tx, onboardingId),
          readPractice(tx),
        ])
        for (let given = false; !given; ) {
          const reference = randomReference()
          const intake = intakeDomain && `${reference.toLowerCase()}@${intakeDomain}`
          given = await giveReference(tx, organisationId, reference, intake)
        }
      },
    })
    const situation =
      outcome.result === 'unchanged' ? await freshSituation(commands.db, target) : situationAfter(outcome)
    const reference = await commands.db.inPractice(target.practiceId, (tx) => readReference(tx, onboardingId))
    return { ...situation, reference }
  }
