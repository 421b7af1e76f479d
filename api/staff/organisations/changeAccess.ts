import { randomUUID } from 'node:crypto'
import { changeAccess as change } from '../../../commands/organisations/changeAccess.ts'
import { type Access, readAccess } from '../../../db/access.ts'
import { readPractice } from '../../../db/practices.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { accessEtag, accessSchema, unknownPerson } from '../access.ts'
import { changedMeanwhile } from '../versions.ts'
import { organisationParams } from './resource.ts'

export const changeAccess = endpoint({
  method: 'put',
  path: '/organisations/{id}/access',
  right: 'assign_clients',
  about: 'organisation',
  summary: 'Say who may see a client',
  description: 'Replaces the rules. They are live: whoever joins a team sees its clients from then on.',
  params: organisationParams,
  body: accessSchema,
  answer: { status: 200, description: 'The rules as they stand.', schema: accessSchema, headers: ['ETag'] },
  versioned: 'optional',
  handle: async ({ commands, db }, { caller, params, body, ifMatch }) => {
    const { practiceId, actor } = caller
    const isAsKnown = (present: Access) =>
      ifMatch === null || ifMatch === '*' || ifMatch.replace(/^W\//, '') === accessEtag(present)
    const changed = await change(commands, practiceId, actor, randomUUID(), params.id, body, isAsKnown)
    const { result } = changed
    if (result === 'changed_meanwhile') {
      throw changedMeanwhile(changed, (await db.inPractice(practiceId, readPractice)).timeZone)
    }
    if (result === 'not_found') throw notFound()
    if (result === 'unknown_team') {
      const message = 'Choose from the teams of your practice.'
      throw validationProblem([{ field: 'teams', code: 'unknown_team', message }])
    }
    if (result === 'unknown_person') throw validationProblem([unknownPerson('people')])
    const access = await db.inPractice(practiceId, (tx) => readAccess(tx, params.id))
    return { body: access, etag: accessEtag(access) }
  },
})
