import { z } from 'zod'
import { readTeams } from '../../../db/people/teams.ts'
import { endpoint } from '../../endpoint.ts'
import { teamSchema } from './schema.ts'

export const listTeams = endpoint({
  method: 'get',
  path: '/teams',
  right: 'see_clients',
  about: 'colleagues',
  summary: 'The teams of the practice',
  description: 'To choose from for access.',
  answer: { status: 200, description: 'All of them, by name.', schema: z.object({ items: z.array(teamSchema) }) },
  handle: async ({ db }, { caller }) => ({
    body: { items: await db.inPractice(caller.practiceId, (tx) => readTeams(tx)) },
  }),
})
