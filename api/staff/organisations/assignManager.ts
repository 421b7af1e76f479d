import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { assignManager as assign } from '../../../commands/organisations/assignManager.ts'
import { readPractice } from '../../../db/practices.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { unknownPerson } from '../access.ts'
import { changedMeanwhile, etagOf } from '../versions.ts'
import { organisationParams, organisationSchema, readOrganisation } from './resource.ts'

export const assignManager = endpoint({
  method: 'put',
  path: '/organisations/{id}/manager',
  right: 'assign_clients',
  about: 'organisation',
  summary: 'Assign an account manager',
  description: 'Who looks after the client and gets its notices; null for nobody.',
  params: organisationParams,
  body: z.strictObject({
    manager: z.uuid().nullable(),
    from: z.uuid().nullish().meta({
      description: 'Who it was as you saw it: whoever came to it since is not taken away. Left out: whoever it is.',
    }),
  }),
  answer: {
    status: 200,
    description: 'The organisation with its account manager.',
    schema: organisationSchema,
    headers: ['ETag'],
  },
  problems: { 412: ['changed_meanwhile'] },
  handle: async ({ commands, db }, { caller, params, body }) => {
    const { practiceId, actor } = caller
    const outcome = await assign(commands, practiceId, actor, randomUUID(), params.id, body.manager, body.from)
    if (outcome.result === 'unknown_person') throw validationProblem([unknownPerson('manager')])
    if (outcome.result === 'changed_meanwhile') {
      throw changedMeanwhile(outcome, (await db.inPractice(practiceId, readPractice)).timeZone)
    }
    const organisation = await db.inPractice(practiceId, (tx) => readOrganisation(tx, params.id))
    if (outcome.result === 'not_found' || !organisation) throw notFound()
    return { body: organisation, etag: etagOf(organisation.version) }
  },
})
