import { z } from 'zod'
import { openSession } from '../../../commands/connections/sessions.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { ledgerSessionOf, openedAnswer, targetOf } from '../command.ts'
import { ledgerOnOffer, onboardingParams } from '../fields.ts'
import { refused } from '../refused.ts'

export const openConnection = endpoint({
  method: 'post',
  path: '/onboardings/{id}/connections',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Connect the books',
  description:
    'Answers the address of a page that names practice and client and leads to the ledger and back. It works for 7 days, once. Banks are connected by the account holder, with a link.',
  params: onboardingParams,
  body: z.strictObject({
    step: z.literal('books'),
    provider: ledgerOnOffer,
  }),
  answer: openedAnswer,
  problems: { 409: ['not_allowed', 'already_connected'] },
  handle: async (deps, { caller, params, body }) => {
    const { commands, publicUrl } = deps
    const session = ledgerSessionOf(caller, deps.ledgers.all, body.provider)
    const opened = await openSession(commands, targetOf(caller, params.id), session)
    if (opened.result === 'opened') return { body: { url: `${publicUrl}/connect/${opened.sessionId}` } }
    if (opened.result !== 'refused') throw notFound()
    throw await refused(deps, caller, params.id, 'connect', opened.refusal, opened.now)
  },
})
