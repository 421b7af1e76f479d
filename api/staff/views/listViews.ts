import { z } from 'zod'
import { readSavedViews } from '../../../db/list/savedViews.ts'
import { endpoint } from '../../endpoint.ts'
import { personOf, resourceOf, viewSchema } from './schema.ts'

export const listViews = endpoint({
  method: 'get',
  path: '/views',
  right: 'see_clients',
  about: 'self',
  summary: 'Lists under a name',
  answer: {
    status: 200,
    description: 'Everyone’s, then the caller’s own, by name.',
    schema: z.object({ items: z.array(viewSchema) }),
  },
  handle: async ({ db }, { caller }) => {
    const items = await db.inPractice(caller.practiceId, (tx) => readSavedViews(tx, personOf(caller)))
    return { body: { items: items.map(resourceOf) } }
  },
})
