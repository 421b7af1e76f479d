import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type EditRefusal, editOrganisation as edit } from '../../../commands/organisations/editOrganisation.ts'
import { readPractice } from '../../../db/practices.ts'
import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { namesOf } from '../../../providers/connectors.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { type FieldProblem, notFound, Problem, validationProblem } from '../../problem.ts'
import { nameSeenBy } from '../../sight.ts'
import { country, currency } from '../fields.ts'
import { sentenceOfKind } from '../onboardings/byKind.ts'
import { detailsOf, organisationFields } from '../onboardings/newOnboarding.ts'
import { changedMeanwhile, etagOf, versionOf } from '../versions.ts'
import { organisationParams, organisationSchema, readOrganisation } from './resource.ts'

const body = z
  .strictObject({
    ...organisationFields,
    solutions: organisationFields.solutions.unwrap().unwrap(),
    incomeSources: organisationFields.incomeSources.unwrap().unwrap(),
    country,
    currency,
  })
  .partial()
  .meta({ example: { name: 'Harbour Bakery Limited', practiceCode: 'HAR01' } })

const editedSchema = organisationSchema
  .extend({
    touches: z
      .array(
        z.object({
          field: z.enum(['name', 'contact.email', 'contact.phone']),
          effect: z.enum(['invited_elsewhere', 'shown_from_now']),
          invited: z.string().nullable().meta({ description: 'Where the running invitation went.' }),
        }),
      )
      .meta({
        description: 'Which edits touch the running onboarding. An invitation is sent elsewhere by inviting again.',
      }),
  })
  .meta({ id: 'EditedOrganisation' })

export const editOrganisation = endpoint({
  method: 'patch',
  path: '/organisations/{id}',
  right: 'work_clients',
  about: 'organisation',
  summary: 'Edit the details',
  description: 'What is left out stays, null empties. The kind can never be changed.',
  params: organisationParams,
  body,
  answer: { status: 200, description: 'The details, edited.', schema: editedSchema, headers: ['ETag'] },
  problems: { 409: ['code_taken', 'erased', 'already_connected'], 422: ['self_employed_uk_only'] },
  versioned: true,
  handle: async (deps, { caller, params, body, ifMatch }) => {
    const { practiceId, actor } = caller
    const read = () => deps.db.inPractice(practiceId, (tx) => readOrganisation(tx, params.id))
    const before = await read()
    if (!before) throw notFound()
    const version = versionOf(ifMatch)
    const changes = detailsOf(body, practiceId, deps.sealer)
    const connectable = namesOf(deps.ledgers)
    const edited = await edit(deps.commands, practiceId, actor, randomUUID(), params.id, changes, version, connectable)
    if (edited.result === 'not_found') throw notFound()
    if (edited.result === 'erased') {
      const sentence = 'This client’s personal data is erased. There is nothing to change.'
      throw new Problem(409, 'erased', sentence)
    }
    if (edited.result === 'changed_meanwhile') throw changedMeanwhile(edited, await zoneOf(deps, practiceId))
    if (edited.result === 'refused') throw await refusalProblem(deps, caller, edited.refusal, body.practiceCode ?? null)
    const organisation = (await read()) ?? before
    return { body: { ...organisation, touches: edited.touches }, etag: etagOf(organisation.version) }
  },
})

const zoneOf = async ({ db }: Dependencies, practiceId: string): Promise<string> =>
  (await db.inPractice(practiceId, readPractice)).timeZone

async function refusalProblem(
  { db }: Dependencies,
  caller: Caller,
  refusal: EditRefusal,
  practiceCode: string | null,
): Promise<Problem> {
  const one = (message: string): FieldProblem[] => [{ field: refusal.field, code: refusal.code, message }]
  switch (refusal.code) {
    case 'code_taken': {
      const by = await db.inPractice(caller.practiceId, (tx) => nameSeenBy(tx, caller, refusal.by))
      const sentence = `${practiceCode} is already used by ${by}.`
      return new Problem(409, 'code_taken', sentence, { members: { errors: one(sentence), by } })
    }
    case 'already_connected': {
      const sentence = `${softwareLabel(refusal.software)} is connected. Disconnect it first.`
      return new Problem(409, 'already_connected', sentence, { members: { errors: one(sentence) } })
    }
    case 'self_employed_uk_only': {
      const sentence = 'Self-employed clients are UK only.'
      return new Problem(422, 'self_employed_uk_only', sentence, { members: { errors: one(sentence) } })
    }
    case 'unknown_solution':
      return validationProblem(one('Choose from the solutions of your practice.'))
    case 'self_employed_only':
    case 'required':
      return validationProblem(one(sentenceOfKind(refusal)))
  }
}
