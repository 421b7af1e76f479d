import { z } from 'zod'
import { ASK_STATES } from '../../../domain/connections/bankAsks.ts'
import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { askParams } from '../fields.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const changeBankAsk = endpoint({
  method: 'patch',
  path: '/onboardings/{id}/bank-asks/{ask}',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Close an awaited bank by hand, or open it again',
  description:
    'Done or not needed, the client is not asked for it any more. Opened again, a completed onboarding runs on.',
  params: askParams,
  body: z.strictObject({ state: z.enum(ASK_STATES) }),
  answer: { status: 200, description: 'The onboarding with the bank in that state.', schema: onboardingSchema },
  problems: { 409: ['not_allowed'] },
  handle: (deps, { caller, params, body }) =>
    command(deps, caller, params.id, 'complete_step', (requestId) => ({
      do: 'change_ask',
      requestId,
      ask: params.ask,
      to: body.state,
    })),
})
