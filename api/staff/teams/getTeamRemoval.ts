import { previewDeletion } from '../../../commands/people/deleteTeam.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { lossesSchema, teamParams } from './schema.ts'

export const getTeamRemoval = endpoint({
  method: 'get',
  path: '/teams/{id}/removal',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'What deleting a team would take from whom',
  description: 'Clients that a member may see by another rule, as account manager or as an admin are not lost to him.',
  params: teamParams,
  answer: { status: 200, description: 'As things stand now.', schema: lossesSchema },
  handle: async ({ db }, { caller, params }) => {
    const losses = await db.inPractice(caller.practiceId, (tx) => previewDeletion(tx, params.id))
    if (!losses) throw notFound()
    return { body: losses }
  },
})
