import { z } from 'zod'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { instantField, onboardingParams } from '../fields.ts'
import { onboardingSchema } from './schema.ts'

export const snoozeOnboarding = endpoint({
  method: 'post',
  path: '/onboardings/{id}/snooze',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Stop chasing for a while',
  description: 'At most 60 days. Links and expiry run on; reminders missed meanwhile become one.',
  params: onboardingParams,
  body: z.strictObject({ until: instantField }),
  answer: { status: 200, description: 'The onboarding, snoozed.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'date_out_of_range'] },
  handle: (deps, { caller, params, body }) =>
    command(deps, caller, params.id, 'snooze', (requestId) => ({ do: 'snooze', requestId, until: body.until })),
})

export const resumeOnboarding = endpoint({
  method: 'post',
  path: '/onboardings/{id}/resume',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'End a snooze',
  params: onboardingParams,
  answer: { status: 200, description: 'The onboarding, awake.', schema: onboardingSchema },
  problems: { 409: ['not_allowed'] },
  handle: (deps, { caller, params }) =>
    command(deps, caller, params.id, 'resume', (requestId) => ({ do: 'resume', requestId })),
})
