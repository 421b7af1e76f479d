import { z } from 'zod'
import { STEP_KINDS } from '../../../domain/situation.ts'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { onboardingParams } from '../fields.ts'
import { onboardingSchema } from './schema.ts'

export const reopenOnboarding = endpoint({
  method: 'post',
  path: '/onboardings/{id}/reopen',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Open again',
  description:
    'Completed: names the steps that open again. Closed without an answer: back to expired or declined. Cancelled: as it was before, with new links.',
  params: onboardingParams,
  body: z.strictObject({
    steps: z
      .array(z.enum(STEP_KINDS))
      .max(3)
      .transform((given) => [...new Set(given)])
      .default([]),
  }),
  bodyOptional: true,
  answer: { status: 200, description: 'The onboarding, open.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'step_blocked'], 422: ['steps_required'] },
  handle: (deps, { caller, params, body }) =>
    command(deps, caller, params.id, 'reopen', (requestId) => ({ do: 'reopen', requestId, steps: body.steps })),
})
