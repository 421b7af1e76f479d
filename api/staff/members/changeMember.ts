import { z } from 'zod'
import { changeMember } from '../../../commands/people/changeMember.ts'
import { endpoint } from '../../endpoint.ts'
import { doerOf, memberOf, memberParams, memberRole, memberSchema, teamProblem } from './schema.ts'

export const changeMemberEndpoint = endpoint({
  method: 'patch',
  path: '/members/{id}',
  right: 'manage_team',
  about: 'colleagues',
  summary: 'Change a colleague’s role or rights',
  description: 'Takes effect with their next request. Only a Practice Admin makes or unmakes another.',
  params: memberParams,
  body: z
    .strictObject({ role: memberRole.optional(), addClients: z.boolean().optional() })
    .meta({ example: { role: 'client_admin' } }),
  answer: { status: 200, description: 'The colleague as he then is.', schema: memberSchema },
  problems: { 409: ['last_admin'] },
  handle: async (deps, { caller, params, body }) => {
    const outcome = await deps.db.inPractice(caller.practiceId, (tx) =>
      changeMember(tx, doerOf(caller), params.id, body),
    )
    if (outcome.result !== 'changed') throw await teamProblem(deps, caller, outcome)
    return { body: memberOf(outcome.member) }
  },
})
