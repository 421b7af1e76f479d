import { z } from 'zod'
import { handOver } from '../../../commands/people/handOver.ts'
import { endpoint } from '../../endpoint.ts'
import { doerOf, memberParams, teamProblem } from './schema.ts'

export const handOverClients = endpoint({
  method: 'post',
  path: '/members/{id}/hand-over',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'Hand all clients of a colleague over to another',
  description: 'Who is their account manager changes; who else may see them does not.',
  params: memberParams,
  body: z.strictObject({
    clientsTo: z
      .uuid({ error: 'Choose who gets their clients.' })
      .meta({ description: 'The colleague who manages them from now on.' }),
  }),
  answer: {
    status: 200,
    description: 'All of them are handed over.',
    schema: z.object({ clients: z.int().meta({ description: 'How many there were.' }) }),
  },
  handle: async (deps, { caller, params, body }) => {
    const outcome = await handOver(deps.commands, caller.practiceId, doerOf(caller), params.id, body.clientsTo)
    if (outcome.result !== 'handed_over') throw await teamProblem(deps, caller, outcome)
    return { body: { clients: outcome.clients } }
  },
})
