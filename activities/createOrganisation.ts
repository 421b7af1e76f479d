import { randomBytes } from 'node:crypto'
import { execute } from '../commands/execute.ts'
import { readOrganisationId } from '../db/onboardings/onboardings.ts'
import { giveReference, readReference } from '../db/onboardings/organisations.ts'
import { readPractice } from '../db/practices.ts'
import type { Progress } from '../domain/progress.ts'
import type { Dependencies } from './dependencies.ts'
import { progressAfter, targetOf } from './progress.ts'

/** Crockford's alphabet, which has no characters that are confused over the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const randomReference = () => `EM-${[...randomBytes(6)].map((byte) => ALPHABET[byte % 32]).join('')}`

/**
 * Sets the client reference and, if the practice receives mail, the intake address. First step of every run. Also
 * returns the reference for the engine's UI; older histories do not have it.
 */
export const createOrganisation =
  ({ commands }: Dependencies) =>
  async (onboardingId: string, run: number, practiceId?: string): Promise<Progress & { reference?: string | null }> => {
    const target = await targetOf(commands.db, onboardingId, run, practiceId)
    const outcome = await execute(commands, target, {
      actor: { type: 'system', id: null },
      command: { do: 'provision' },
      alongside: async (tx) => {
        const [organisationId, { intakeDomain }] = await Promise.all([
          readOrganisationId(tx, onboardingId),
          readPractice(tx),
        ])
        for (;;) {
          const wanted = randomReference()
          const intake = intakeDomain && `${wanted.toLowerCase()}@${intakeDomain}`
          const given = await giveReference(tx, organisationId, wanted, intake)
          if (given !== null) return given
        }
      },
    })
    const readGiven = () => commands.db.inPractice(target.practiceId, (tx) => readReference(tx, onboardingId), 'one')
    const reference = outcome.result === 'changed' ? outcome.written : await readGiven()
    return { ...progressAfter(commands.db, target, outcome), reference }
  }
