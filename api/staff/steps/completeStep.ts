import { z } from 'zod'
import { writeEvidence } from '../../../db/onboardings/onboardings.ts'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { lines, stepParams } from '../fields.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const completeStep = endpoint({
  method: 'post',
  path: '/onboardings/{id}/steps/{step}/complete',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Mark a step done',
  description: 'By hand, with evidence. No data flows because of it.',
  params: stepParams,
  body: z.strictObject({
    evidence: lines(1000, 'Say how you know it is done.').meta({ example: 'Statements received by post.' }),
  }),
  answer: { status: 200, description: 'The onboarding with the step done.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'step_blocked'] },
  handle: (deps, { caller, params, body }) =>
    command(
      deps,
      caller,
      params.id,
      'complete_step',
      (requestId) => ({ do: 'complete_step', requestId, step: params.step }),
      (tx) => writeEvidence(tx, params.id, params.step, body.evidence),
    ),
})
