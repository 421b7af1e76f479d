import { z } from 'zod'
import { createTeam } from '../../../commands/people/createTeam.ts'
import { endpoint } from '../../endpoint.ts'
import { ids } from '../access.ts'
import { teamChangeProblem, teamName, teamSchema } from './schema.ts'

export const createTeamEndpoint = endpoint({
  method: 'post',
  path: '/teams',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'Make a team',
  body: z.strictObject({ name: teamName, members: ids.meta({ description: 'Colleagues, by id.' }) }).meta({
    example: { name: 'Payroll' },
  }),
  answer: { status: 201, description: 'The team.', schema: teamSchema },
  problems: { 409: ['name_taken'] },
  handle: async ({ db }, { caller, body }) => {
    const made = await db.inPractice(caller.practiceId, (tx) => createTeam(tx, caller, body))
    if (made.result !== 'made') throw teamChangeProblem(made, 'members')
    return { body: made.team }
  },
})
