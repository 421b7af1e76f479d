import { z } from 'zod'
import { readApiKeys } from '../../../db/people/apiKeys.ts'
import { endpoint } from '../../endpoint.ts'
import { apiKeySchema, resourceOf } from './schema.ts'

export const listApiKeys = endpoint({
  method: 'get',
  path: '/api-keys',
  right: 'manage_api_keys',
  about: 'practice',
  summary: 'The practice’s API keys',
  answer: { status: 200, description: 'Newest first.', schema: z.object({ items: z.array(apiKeySchema) }) },
  handle: async ({ db }, { caller }) => {
    const keys = await db.inPractice(caller.practiceId, readApiKeys)
    return { body: { items: keys.map(resourceOf) } }
  },
})
