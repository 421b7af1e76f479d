import { z } from 'zod'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { stepParams } from '../fields.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const handOverStep = endpoint({
  method: 'patch',
  path: '/onboardings/{id}/steps/{step}',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Hand a step over',
  description: 'The books, to the client or back to the practice.',
  params: stepParams,
  body: z.strictObject({ owner: z.enum(['client', 'practice']) }),
  answer: { status: 200, description: 'The onboarding with the new owner.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'owner_not_possible'] },
  handle: (deps, { caller, params, body }) =>
    command(deps, caller, params.id, 'hand_over', (requestId) => ({
      do: 'hand_over',
      requestId,
      step: params.step,
      owner: body.owner,
    })),
})
