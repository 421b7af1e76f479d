import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../../db/client.ts'
import { readInvitation } from '../../db/invitations/invitations.ts'
import { findCurrentOnboarding } from '../../db/onboardings/onboardings.ts'
import {
  type OrganisationDetails,
  readLastEdit,
  readOrganisationDetails,
  writeOrganisationDetails,
} from '../../db/onboardings/organisationDetails.ts'
import { holdPracticeCode } from '../../db/onboardings/organisations.ts'
import { readPractice } from '../../db/practices.ts'
import type { Actor } from '../../domain/events.ts'
import { EDITABLE, type Editable, type EditEffect, effectsOf } from '../../domain/fields/edits.ts'
import { type KindProblem, kindsIn, problemsOfKind } from '../../domain/fields/kinds.ts'
import { statusAt } from '../../domain/situation.ts'
import { type Commands, execute } from '../execute.ts'

/** The new values of details; missing ones stay. */
export type Edit = Partial<
  Pick<OrganisationDetails, Exclude<Editable, 'niNumber'> | 'niNumberSealed' | 'niNumberLast4'>
>

/** A refusal that depends on the other details or the practice's own data, with its field. */
export type EditRefusal =
  | { code: 'code_taken'; field: 'practiceCode'; by: { id: string; name: string } }
  | { code: 'self_employed_uk_only'; field: 'country' }
  | { code: 'unknown_solution'; field: 'solutions' }
  | KindProblem

export type Edited =
  | { result: 'edited' | 'unchanged'; touches: EditEffect[] }
  | { result: 'changed_meanwhile'; by: string | null; at: number | null }
  | { result: 'refused'; refusal: EditRefusal }
  | { result: 'erased' }
  | { result: 'not_found' }

/**
 * Edits the details of a client's business, if their version is `version` (null: any version). The event names the
 * fields and holds no values.
 */
export async function editOrganisation(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  requestId: string,
  organisationId: string,
  edit: Edit,
  version: number | null,
): Promise<Edited> {
  const onboardingId = await commands.db.inPractice(practiceId, (tx) => findCurrentOnboarding(tx, organisationId))
  if (onboardingId === null) return { result: 'not_found' }
  const target = { practiceId, onboardingId }
  const outcome = await execute<Edited, EditEffect[]>(commands, target, {
    actor,
    prepare: async (tx, { facts, now }) => {
      const before = await readOrganisationDetails(tx, organisationId, true)
      if (!before) return null
      if (facts.erased) return { answer: { result: 'erased' } }
      if (version !== null && version !== before.version) {
        const last = await readLastEdit(tx, organisationId)
        return { answer: { result: 'changed_meanwhile', by: last?.name ?? null, at: last?.at ?? null } }
      }
      const after = { ...before, ...edit }
      const fields = changedFields(before, after)
      const refusal = await refuse(tx, after, fields)
      if (refusal) return { answer: { result: 'refused', refusal } }
      const { contact } = after
      return {
        command: { do: 'edit', requestId, fields, hasContact: Boolean(contact?.email || contact?.phone) },
        alongside: async () => {
          const invitation = await readInvitation(tx, onboardingId)
          await writeOrganisationDetails(tx, practiceId, after)
          return effectsOf(fields, statusAt(facts, now), contact, invitation)
        },
      }
    },
  })
  if (outcome.result === 'changed') return { result: 'edited', touches: outcome.written }
  return 'facts' in outcome ? { result: 'unchanged', touches: [] } : outcome
}

function changedFields(before: OrganisationDetails, after: OrganisationDetails): Editable[] {
  return EDITABLE.filter((field) =>
    field === 'niNumber'
      ? // Sealing the same number again gives other bytes, so a number that is sent again counts as changed.
        before.niNumberSealed !== after.niNumberSealed
      : !isDeepStrictEqual(before[field], after[field]),
  )
}

async function refuse(tx: Tx, after: OrganisationDetails, fields: Editable[]): Promise<EditRefusal | null> {
  if (!kindsIn(after.country).includes(after.kind)) return { code: 'self_employed_uk_only', field: 'country' }
  const [wrong] = problemsOfKind({ ...after, hasNiNumber: after.niNumberSealed !== null })
  if (wrong) return wrong
  if (fields.includes('solutions')) {
    const { solutions } = await readPractice(tx)
    if (after.solutions.some((one) => !solutions.includes(one))) return { code: 'unknown_solution', field: 'solutions' }
  }
  if (!fields.includes('practiceCode') || after.practiceCode === null) return null
  const holder = await holdPracticeCode(tx, after.practiceCode)
  return holder && holder.id !== after.id ? { code: 'code_taken', field: 'practiceCode', by: holder } : null
}
