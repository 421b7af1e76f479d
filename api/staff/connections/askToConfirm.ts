import { z } from 'zod'
import { askToConfirm } from '../../../commands/connections/renewals/askRenewal.ts'
import { readConnection } from '../../../db/connections/connections.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { onboardingAfter, targetOf } from '../command.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const askClientToConfirm = endpoint({
  method: 'post',
  path: '/connections/{id}/ask-to-confirm',
  right: 'work_clients',
  about: 'connection',
  summary: 'Ask to confirm a bank',
  description:
    'The client is asked by email and text to keep sharing the bank, or to share it again after its access has ended. They are asked by themselves 14, 7 and 2 days before the end, on its day and 7 days after; this brings the next of these forward.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the bank connection.' }) }),
  answer: { status: 200, description: 'The onboarding with its bank asked for.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'no_contact'], 429: ['resend_too_soon'] },
  handle: async (deps, { caller, params }) => {
    const connection = await deps.db.inPractice(caller.practiceId, (tx) => readConnection(tx, params.id))
    if (connection?.kind !== 'bank') throw notFound()
    const { onboardingId } = connection
    const outcome = await askToConfirm(deps.commands, targetOf(caller, onboardingId), caller.actor, params.id)
    return onboardingAfter(deps, caller, onboardingId, 'ask_renewal', outcome)
  },
})
