import { z } from 'zod'
import { visitClient } from '../../../commands/support/visit.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { isSupport } from '../../support.ts'
import { targetOf } from '../command.ts'
import { line } from '../fields.ts'

export const giveReason = endpoint({
  method: 'post',
  path: '/support/looks',
  right: 'help_practices',
  about: 'support',
  summary: 'Say why you open a client',
  description:
    'Of the practice in the header `Embark-Practice`. It holds for that client for an hour, and the practice reads it.',
  body: z
    .strictObject({ onboardingId: z.uuid(), reason: line(300, 'Say why you are looking.') })
    .meta({ example: { onboardingId: '01980000-0000-7000-8000-000000000000', reason: 'Ticket 4711: no invitation' } }),
  answer: { status: 201, description: 'It is kept.', schema: z.object({ onboardingId: z.uuid() }) },
  problems: { 404: ['not_found'] },
  handle: async (deps, { caller, body }) => {
    const { actor } = caller
    if (!isSupport(caller) || actor.id === null) throw notFound()
    const { onboardingId } = body
    const outcome = await visitClient(
      deps.commands,
      targetOf(caller, onboardingId),
      { ...actor, id: actor.id },
      body.reason,
    )
    if (outcome.result === 'not_found') throw notFound()
    return { body: { onboardingId } }
  },
})
