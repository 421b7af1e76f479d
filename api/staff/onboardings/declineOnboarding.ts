import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { decline } from '../../../commands/invitations/decline.ts'
import { DECLINE_REASONS } from '../../../domain/commands.ts'
import { endpoint } from '../../endpoint.ts'
import { onboardingAfter, targetOf } from '../command.ts'
import { lines, onboardingParams } from '../fields.ts'
import { onboardingSchema } from './schema.ts'

export const declineOnboarding = endpoint({
  method: 'post',
  path: '/onboardings/{id}/decline',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Decline for the client',
  params: onboardingParams,
  body: z.strictObject({
    reason: z.enum(DECLINE_REASONS),
    note: lines(1000, 'Write a note or leave it out.').nullish(),
  }),
  answer: { status: 200, description: 'The onboarding, declined.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'already_accepted'] },
  handle: async (deps, { caller, params, body }) => {
    const target = targetOf(caller, params.id)
    const note = body.note ?? null
    const outcome = await decline(deps.commands, target, caller.actor, randomUUID(), body.reason, note)
    return onboardingAfter(deps, caller, params.id, 'decline', outcome)
  },
})
