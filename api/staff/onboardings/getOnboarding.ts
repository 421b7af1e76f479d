import { endpoint } from '../../endpoint.ts'
import { onboardingParams } from '../fields.ts'
import { readOnboarding } from './resource.ts'
import { onboardingSchema } from './schema.ts'

export const getOnboarding = endpoint({
  method: 'get',
  path: '/onboardings/{id}',
  right: 'see_clients',
  about: 'onboarding',
  summary: 'One onboarding',
  description: 'With an `ETag`: send it back as `If-None-Match` to get 304 while nothing has changed.',
  params: onboardingParams,
  answer: { status: 200, description: 'The onboarding as it stands now.', schema: onboardingSchema },
  handle: async (deps, { caller, params }) => ({ body: await readOnboarding(deps, caller, params.id) }),
})
