import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { stepParams } from '../fields.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const reopenStep = endpoint({
  method: 'post',
  path: '/onboardings/{id}/steps/{step}/reopen',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Open a step again',
  description: 'Also the way back from skipping or marking done. A completed onboarding runs on.',
  params: stepParams,
  answer: { status: 200, description: 'The onboarding with the step open.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'step_blocked'] },
  handle: (deps, { caller, params }) =>
    command(deps, caller, params.id, 'reopen_step', (requestId) => ({
      do: 'reopen_step',
      requestId,
      step: params.step,
    })),
})
