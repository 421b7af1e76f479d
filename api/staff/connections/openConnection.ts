import { z } from 'zod'
import { openSession } from '../../../commands/connections/sessions.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { openerOf, targetOf } from '../command.ts'
import { line, onboardingParams } from '../fields.ts'
import { refused } from '../refused.ts'

const openedSchema = z.object({ url: z.url().meta({ description: 'A page of ours: open it, and go on from there.' }) })

export const openConnection = endpoint({
  method: 'post',
  path: '/onboardings/{id}/connections',
  scope: 'write',
  right: 'work_clients',
  about: 'onboarding',
  tag: 'Connections',
  summary: 'Connect the books',
  description:
    'Answers the address of a page that names practice and client and leads to the ledger and back. It works for 7 days, once. Banks are connected by the account holder, with a link.',
  params: onboardingParams,
  body: z.strictObject({
    step: z.literal('books'),
    provider: line(40, 'Choose the ledger.').meta({ example: 'xero' }),
  }),
  answer: { status: 201, description: 'Where to go.', schema: openedSchema },
  problems: { 409: ['not_allowed', 'already_connected'] },
  handle: async (deps, { caller, params, body }) => {
    const { ledger, commands, publicUrl } = deps
    if (body.provider !== ledger.name) {
      const message = `Choose one of ${ledger.name}.`
      throw validationProblem([{ field: 'provider', code: 'not_an_option', message }])
    }
    const opened = await openSession(commands, targetOf(caller, params.id), {
      step: body.step,
      provider: ledger.name,
      institution: null,
      institutionName: ledger.label,
      ...openerOf(caller),
    })
    if (opened.result === 'opened') return { body: { url: `${publicUrl}/connect/${opened.sessionId}` } }
    if (opened.result !== 'refused') throw notFound()
    throw await refused(deps, caller, params.id, 'connect', opened.refusal, opened.now)
  },
})
