import { z } from 'zod'
import { readColleagues } from '../../../db/people/members.ts'
import { endpoint } from '../../endpoint.ts'
import { colleagueText, idText } from '../texts.ts'
import { memberRole } from './schema.ts'

export const listColleagues = endpoint({
  method: 'get',
  path: '/colleagues',
  right: 'see_clients',
  about: 'colleagues',
  summary: 'Who works in the practice',
  description: 'Names to choose from: as account manager, or for access.',
  answer: {
    status: 200,
    description: 'Everybody, by name.',
    schema: z.object({
      items: z.array(z.object({ id: idText, name: colleagueText, role: memberRole }).meta({ id: 'Colleague' })),
    }),
  },
  handle: async ({ db }, { caller }) => {
    const team = await db.inPractice(caller.practiceId, readColleagues)
    return { body: { items: team.map(({ userId, name, role }) => ({ id: userId, name, role })) } }
  },
})
