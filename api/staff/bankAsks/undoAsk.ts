import { endpoint } from '../../endpoint.ts'
import { command } from '../command.ts'
import { askParams } from '../fields.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const undoBankAsk = endpoint({
  method: 'post',
  path: '/onboardings/{id}/bank-asks/{ask}/undo',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Take a request for another bank back',
  description:
    'For 15 seconds, until its `undoUntil`, before its message leaves. What it opened again is completed as before.',
  params: askParams,
  answer: { status: 200, description: 'The onboarding, as before.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'already_sent'] },
  handle: (deps, { caller, params }) =>
    command(deps, caller, params.id, 'link', (requestId) => ({ do: 'undo_ask', requestId, ask: params.ask })),
})
