import { randomUUID } from 'node:crypto'
import { changeAccess as change } from '../../../commands/changeAccess.ts'
import { readAccess } from '../../../db/access.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { accessSchema, unknownPerson } from '../access.ts'
import { organisationParams } from './resource.ts'

export const changeAccess = endpoint({
  method: 'put',
  path: '/organisations/{id}/access',
  scope: 'write',
  right: 'assign_clients',
  tag: 'Organisations',
  summary: 'Say who may see a client',
  description: 'Replaces the rules. They are live: whoever joins a team sees its clients from then on.',
  params: organisationParams,
  body: accessSchema,
  answer: { status: 200, description: 'The rules as they stand.', schema: accessSchema },
  handle: async ({ commands, db }, { caller, params, body }) => {
    const { practiceId, actor } = caller
    const changed = await change(commands, practiceId, actor, randomUUID(), params.id, body)
    if (changed === 'not_found') throw notFound()
    if (changed === 'unknown_team') {
      const message = 'Choose from the teams of your practice.'
      throw validationProblem([{ field: 'teams', code: 'unknown_team', message }])
    }
    if (changed === 'unknown_person') throw validationProblem([unknownPerson('people')])
    return { body: await db.inPractice(practiceId, (tx) => readAccess(tx, params.id)) }
  },
})
