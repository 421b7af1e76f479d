import { z } from 'zod'
import { removeMember } from '../../../commands/people/removeMember.ts'
import { endpoint } from '../../endpoint.ts'
import { idText } from '../texts.ts'
import { doerOf, memberParams, teamProblem } from './schema.ts'

export const removeMemberEndpoint = endpoint({
  method: 'delete',
  path: '/members/{id}',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'Remove a colleague, or withdraw an invitation',
  description:
    'They are signed out and keep their sign-in for other practices. What they did stays under their name. The clients they manage go to somebody else.',
  params: memberParams,
  query: z.strictObject({
    clientsTo: z
      .uuid()
      .optional()
      .meta({ description: 'The colleague who manages their clients from now on; required where they manage any.' }),
  }),
  answer: {
    status: 200,
    description: 'Done.',
    schema: z.object({ id: idText, clients: z.int().meta({ description: 'How many clients were handed over.' }) }),
  },
  problems: { 409: ['last_admin'] },
  handle: async (deps, { caller, params, query }) => {
    const heir = query.clientsTo ?? null
    const outcome = await removeMember(deps.commands, caller.practiceId, doerOf(caller), params.id, heir)
    if (outcome.result !== 'removed') throw await teamProblem(deps, caller, outcome)
    return { body: { id: params.id, clients: outcome.clients } }
  },
})
