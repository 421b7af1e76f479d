import { z } from 'zod'
import { endpoint } from '../../endpoint.ts'
import { onboardingParams, personAddress, personName } from '../fields.ts'
import { inviteNow } from './inviteClient.ts'
import { onboardingSchema } from './schema.ts'

export const askAccess = endpoint({
  method: 'post',
  path: '/onboardings/{id}/access-requests',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Ask to be let in',
  description:
    'For somebody who keeps the business on Embark already: they are asked by email to let the practice in, instead of being invited. It takes the place of an invitation or request that stands; the rules of resending apply.',
  params: onboardingParams,
  body: z
    .strictObject({ name: personName.optional(), email: personAddress.optional() })
    .meta({ example: { email: 'jo@harbour.example' } }),
  bodyOptional: true,
  answer: { status: 201, description: 'The onboarding with its request.', schema: onboardingSchema },
  problems: {
    409: ['not_allowed', 'already_accepted', 'no_contact', 'address_unknown'],
    429: ['resend_too_soon', 'address_limit', 'practice_limit'],
  },
  handle: (deps, { caller, params, body }) => inviteNow(deps, caller, params.id, { ...body, asks: true }),
})
