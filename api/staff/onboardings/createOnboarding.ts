import { z } from 'zod'
import { type CreateRefusal, CreationRefused, createOnboarding } from '../../../commands/createOnboarding.ts'
import type { Tx } from '../../../db/client.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { type FieldProblem, Problem, validationProblem } from '../../problem.ts'
import { demandSightOf, nameSeenBy } from '../../sight.ts'
import { unknownPerson } from '../access.ts'
import { refused } from '../refused.ts'
import { onboardingExample } from './example.ts'
import { namesakeNotice } from './namesake.ts'
import { inputOf, newOnboardingSchema, noticeSchema, noticesOf } from './newOnboarding.ts'
import { readResource } from './resource.ts'
import { onboardingSchema } from './schema.ts'

const createdSchema = onboardingSchema
  .extend({ notices: z.array(noticeSchema) })
  .meta({ id: 'CreatedOnboarding', example: { ...onboardingExample, notices: [] } })

export const createOnboardingEndpoint = endpoint({
  method: 'post',
  path: '/onboardings',
  right: 'add_clients',
  about: 'new_client',
  summary: 'Add a client',
  description:
    'A name is enough. With an invitation it is sent at once. The client is in the list at once, whatever else is down.',
  body: newOnboardingSchema,
  answer: {
    status: 201,
    description: 'The onboarding, and what deserves a second look.',
    schema: createdSchema,
    headers: ['Location'],
  },
  problems: {
    404: ['not_found'],
    409: ['code_taken', 'already_linked', 'address_unknown'],
    422: ['self_employed_uk_only'],
    429: ['address_limit', 'practice_limit'],
  },
  handle: async (deps, { caller, body }) => {
    const { practiceId, actor } = caller
    const typed = noticesOf(body)
    if (body.draft) await demandSightOf(deps, caller, 'draft', body.draft)
    const input = inputOf(body, caller, deps)
    const adoption = body.draft ? { draftId: body.draft, providers: deps } : null
    const respond = async (tx: Tx, id: string) => {
      const onboarding = await readResource(tx, id)
      if (!onboarding) throw new Error('what was created is not there')
      const namesake = await namesakeNotice(tx, caller, input.organisation.name, onboarding.organisation.id)
      return { ...onboarding, notices: [...namesake, ...typed] }
    }
    const created = await createOnboarding(deps.commands, practiceId, actor, input, respond, adoption).catch(
      async (error: unknown) => {
        if (!(error instanceof CreationRefused)) throw error
        throw await refused(deps, caller, null, 'invite', error.refusal, Date.now())
      },
    )
    if (created.result === 'refused') {
      throw await creationProblem(deps, caller, created.refusal, input.organisation.practiceCode)
    }
    const answer = created.response as z.infer<typeof createdSchema>
    return {
      body: answer,
      location: `/api/v1/onboardings/${answer.id}`,
      replayed: created.result === 'repeated',
    }
  },
})

/** Returns the problem of a refusal that depends on the practice's data, by field. */
async function creationProblem(
  { db }: Dependencies,
  caller: Caller,
  refusal: CreateRefusal,
  practiceCode: string | null,
): Promise<Problem> {
  const one = (message: string): FieldProblem[] => [{ field: refusal.field, code: refusal.code, message }]
  const holder = (by: { id: string; name: string }) =>
    db.inPractice(caller.practiceId, (tx) => nameSeenBy(tx, caller, by))
  switch (refusal.code) {
    case 'code_taken': {
      const by = await holder(refusal.by)
      const sentence = `${practiceCode} is already used by ${by}.`
      return new Problem(409, 'code_taken', sentence, { members: { errors: one(sentence), by } })
    }
    case 'self_employed_uk_only': {
      const sentence = 'Self-employed clients can only be added by UK practices.'
      return new Problem(422, 'self_employed_uk_only', sentence, { members: { errors: one(sentence) } })
    }
    case 'draft_gone':
      return validationProblem(one('This draft is no longer there.'))
    case 'already_linked': {
      const by = await holder(refusal.by)
      const sentence = `${refusal.organisation} is already linked to ${by}. Choose another.`
      return new Problem(409, 'already_linked', sentence, { members: { errors: one(sentence), by } })
    }
    case 'unknown_team':
      return validationProblem(one('Choose from the teams of your practice.'))
    case 'unknown_person':
      return validationProblem([unknownPerson(refusal.field)])
    case 'unknown_solution':
      return validationProblem(one('Choose from the solutions of your practice.'))
  }
}
