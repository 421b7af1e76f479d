import { z } from 'zod'
import { removeMember } from '../../../commands/people/removeMember.ts'
import { endpoint } from '../../endpoint.ts'
import { doerOf, memberParams, teamProblem } from './schema.ts'

export const removeMemberEndpoint = endpoint({
  method: 'delete',
  path: '/members/{id}',
  scope: 'write',
  right: 'manage_team',
  tag: 'People',
  summary: 'Remove a colleague, or withdraw an invitation',
  description: 'They keep their sign-in for other practices. What they did stays under their name.',
  params: memberParams,
  answer: { status: 200, description: 'Done.', schema: z.object({ id: z.string() }) },
  problems: { 409: ['last_admin'] },
  handle: async (deps, { caller, params }) => {
    const outcome = await deps.db.inPractice(caller.practiceId, (tx) => removeMember(tx, doerOf(caller), params.id))
    if (outcome.result !== 'removed') throw await teamProblem(deps, caller, outcome)
    return { body: { id: params.id } }
  },
})
