import { z } from 'zod'
import { writeSkipReason } from '../../../db/onboardings/onboardings.ts'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { lines, problem, stepParams } from '../fields.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const skipStep = endpoint({
  method: 'post',
  path: '/onboardings/{id}/steps/{step}/skip',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Skip a step',
  description: 'Nobody is asked for it any more. Matching is skipped with the bank or the books.',
  params: stepParams,
  body: z
    .strictObject({
      because: z.enum(['not_needed', 'other']).default('not_needed'),
      reason: lines(500, 'Say why.').nullish().meta({ description: 'Needed with `other`.' }),
    })
    .superRefine((given, context) => {
      if (given.because === 'other' && !given.reason) problem(context, 'required', 'Say why.', ['reason'])
    }),
  bodyOptional: true,
  answer: { status: 200, description: 'The onboarding without this step.', schema: onboardingSchema },
  problems: { 409: ['not_allowed'] },
  handle: (deps, { caller, params, body }) =>
    command(
      deps,
      caller,
      params.id,
      'skip_step',
      (requestId) => ({ do: 'skip_step', requestId, step: params.step, reason: body.because }),
      (tx) => writeSkipReason(tx, params.id, params.step, body.reason ?? null),
    ),
})
