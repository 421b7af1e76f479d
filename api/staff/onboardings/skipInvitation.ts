import { randomUUID } from 'node:crypto'
import { execute } from '../../../commands/execute.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, Problem } from '../../problem.ts'
import { targetOf } from '../command.ts'
import { onboardingParams } from '../fields.ts'
import { readOnboarding } from './resource.ts'
import { onboardingSchema } from './schema.ts'

export const skipInvitation = endpoint({
  method: 'post',
  path: '/onboardings/{id}/invitations/skip',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Skip an invitation that was held back',
  description:
    'For one that has not left because somebody on Embark has the address: nobody is invited from then on, and the client can be later.',
  params: onboardingParams,
  answer: { status: 200, description: 'The onboarding, not invited.', schema: onboardingSchema },
  problems: { 409: ['not_allowed'] },
  handle: async (deps, { caller, params }) => {
    const outcome = await execute(deps.commands, targetOf(caller, params.id), {
      actor: caller.actor,
      command: { do: 'skip_invitation', requestId: randomUUID() },
    })
    if (outcome.result === 'not_found') throw notFound()
    if (outcome.result === 'refused') {
      throw new Problem(409, 'not_allowed', 'Only an invitation that was held back can be skipped.')
    }
    return { body: await readOnboarding(deps, caller, params.id) }
  },
})
