import { readPractice } from '../../../db/practices.ts'
import { endpoint } from '../../endpoint.ts'
import { etagOf } from '../versions.ts'
import { practiceOf, practiceSchema } from './schema.ts'

export const getPractice = endpoint({
  method: 'get',
  path: '/practice',
  right: 'see_clients',
  about: 'practice',
  summary: 'The practice and its choices',
  answer: { status: 200, description: 'As they stand.', schema: practiceSchema, headers: ['ETag'] },
  handle: async ({ db }, { caller }) => {
    const practice = await db.inPractice(caller.practiceId, readPractice)
    return { body: practiceOf(practice), etag: etagOf(practice.version) }
  },
})
