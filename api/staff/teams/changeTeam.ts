import { z } from 'zod'
import { changeTeam } from '../../../commands/people/changeTeam.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { ids } from '../access.ts'
import { teamChangeProblem, teamName, teamParams, teamSchema } from './schema.ts'

export const changeTeamEndpoint = endpoint({
  method: 'patch',
  path: '/teams/{id}',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'Rename a team, put colleagues in or take them out',
  description: 'Who sees which client follows at once.',
  params: teamParams,
  body: z
    .strictObject({
      name: teamName.optional(),
      add: ids.meta({ description: 'Colleagues to put in, by id.' }),
      remove: ids.meta({ description: 'Members to take out, by id.' }),
    })
    .meta({ example: { name: 'Payroll and pensions' } }),
  answer: { status: 200, description: 'The team as it then is.', schema: teamSchema },
  problems: { 409: ['name_taken'] },
  handle: async ({ db }, { caller, params, body }) => {
    const changed = await db.inPractice(caller.practiceId, (tx) => changeTeam(tx, caller, params.id, body))
    if (changed.result === 'not_found') throw notFound()
    if (changed.result !== 'changed') throw teamChangeProblem(changed, 'add')
    return { body: changed.team }
  },
})
