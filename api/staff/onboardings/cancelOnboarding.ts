import { z } from 'zod'
import { writeCancelReason } from '../../../db/onboardings/onboardings.ts'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { lines, onboardingParams } from '../fields.ts'
import { onboardingSchema } from './schema.ts'

export const cancelOnboarding = endpoint({
  method: 'post',
  path: '/onboardings/{id}/cancel',
  right: 'cancel_clients',
  about: 'onboarding',
  summary: 'Cancel',
  description: 'Links, reminders and sessions stop at once. It can be undone for 15 seconds, until `undoUntil`.',
  params: onboardingParams,
  body: z.strictObject({
    reason: lines(500, 'Say why.').nullish(),
    tellClient: z.boolean().optional().meta({
      description:
        'Whether the client is told by mail, once it can no longer be undone, if they were written to before.',
    }),
  }),
  bodyOptional: true,
  answer: { status: 200, description: 'The onboarding, cancelled.', schema: onboardingSchema },
  problems: { 409: ['not_allowed'] },
  handle: (deps, { caller, params, body }) =>
    command(
      deps,
      caller,
      params.id,
      'cancel',
      (requestId) => ({ do: 'cancel', requestId, tellsClient: body.tellClient ?? false }),
      (tx) => writeCancelReason(tx, params.id, body.reason ?? null),
    ),
})

export const undoCancel = endpoint({
  method: 'post',
  path: '/onboardings/{id}/cancel/undo',
  right: 'cancel_clients',
  about: 'onboarding',
  summary: 'Undo a cancellation',
  description: 'Everything goes on as it was.',
  params: onboardingParams,
  answer: { status: 200, description: 'The onboarding, as before.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'undo_too_late'] },
  handle: (deps, { caller, params }) =>
    command(deps, caller, params.id, 'undo_cancel', (requestId) => ({ do: 'undo_cancel', requestId })),
})
