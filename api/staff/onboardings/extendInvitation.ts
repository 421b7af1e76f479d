import { z } from 'zod'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { instantField, onboardingParams } from '../fields.ts'
import { onboardingSchema } from './schema.ts'

export const extendInvitation = endpoint({
  method: 'post',
  path: '/onboardings/{id}/extend',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Let the link work longer',
  description: 'The same link, a later date: at most 60 days from now. The client is not told.',
  params: onboardingParams,
  body: z.strictObject({ until: instantField }),
  answer: { status: 200, description: 'The onboarding with its new date.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'date_out_of_range'] },
  handle: (deps, { caller, params, body }) =>
    command(deps, caller, params.id, 'extend', (requestId) => ({ do: 'extend', requestId, until: body.until })),
})
