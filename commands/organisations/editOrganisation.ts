import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../../db/client.ts'
import { readInvitation } from '../../db/invitations/invitations.ts'
import { findCurrentOnboarding } from '../../db/onboardings/onboardings.ts'
import {
  type LastEdit,
  type OrganisationDetails,
  readLastEdit,
  readOrganisationDetails,
  writeOrganisationDetails,
} from '../../db/onboardings/organisationDetails.ts'
import { holdPracticeCode } from '../../db/onboardings/organisations.ts'
import { readPractice } from '../../db/practices.ts'
import { type Software, wayOf } from '../../domain/connections/ledgers.ts'
import type { Actor } from '../../domain/events.ts'
import { EDITABLE, type Editable, type EditEffect, effectsOf } from '../../domain/fields/edits.ts'
import { type KindProblem, kindsIn, problemsOfKind } from '../../domain/fields/kinds.ts'
import { statusAt, stepOf } from '../../domain/situation.ts'
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
  | { code: 'already_connected'; field: 'software'; software: Software }
  | KindProblem

export type Edited =
  | { result: 'edited' | 'unchanged'; touches: EditEffect[] }
  | ({ result: 'changed_meanwhile' } & LastEdit)
  | { result: 'refused'; refusal: EditRefusal }
  | { result: 'erased' }
  | { result: 'not_found' }

/**
 * Edits the details of a client's business, if their version is `version` (null: any version). The software decides how
 * the books are set up: `connectable` names the ledgers that can be connected here.
 */
export async function editOrganisation(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  requestId: string,
  organisationId: string,
  edit: Edit,
  version: number | null,
  connectable: readonly string[],
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
        return { answer: { result: 'changed_meanwhile', ...(await readLastEdit(tx, organisationId)) } }
      }
      const given = { ...before, ...edit }
      const after = { ...given, softwareName: given.software === 'other' ? given.softwareName : null }
      const fields = changedFields(before, after)
      const isConnected = stepOf(facts, 'books').isConnected === true
      const refusal = await refuse(tx, before, after, fields, isConnected)
      if (refusal) return { answer: { result: 'refused', refusal } }
      const { contact, software: is } = after
      const software = edit.software === undefined ? {} : { software: { is, way: wayOf(is, connectable) } }
      const hasContact = Boolean(contact?.email || contact?.phone)
      return {
        command: { do: 'edit', requestId, fields, hasContact, ...software },
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

async function refuse(
  tx: Tx,
  before: OrganisationDetails,
  after: OrganisationDetails,
  fields: Editable[],
  isConnected: boolean,
): Promise<EditRefusal | null> {
  if (isConnected && fields.includes('software')) {
    return { code: 'already_connected', field: 'software', software: before.software }
  }
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
