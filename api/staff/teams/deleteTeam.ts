import { deleteTeam } from '../../../commands/people/deleteTeam.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { lossesSchema, teamParams } from './schema.ts'

export const deleteTeamEndpoint = endpoint({
  method: 'delete',
  path: '/teams/{id}',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'Delete a team',
  description: 'Its members stay colleagues, and lose what only the team let them see.',
  params: teamParams,
  answer: { status: 200, description: 'What that took from whom.', schema: lossesSchema },
  handle: async ({ db }, { caller, params }) => {
    const losses = await db.inPractice(caller.practiceId, (tx) => deleteTeam(tx, caller, params.id))
    if (!losses) throw notFound()
    return { body: losses }
  },
})
