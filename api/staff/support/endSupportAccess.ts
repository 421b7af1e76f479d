import { endAccess } from '../../../commands/support/endAccess.ts'
import { endpoint } from '../../endpoint.ts'
import { demandSupportPractice } from './getSupportPractice.ts'
import { practiceParams, supportPracticeOf, supportPracticeSchema } from './schema.ts'

export const endSupportAccess = endpoint({
  method: 'delete',
  path: '/support/practices/{id}/access',
  right: 'help_practices',
  about: 'support',
  summary: 'End what a practice gave support on request',
  params: practiceParams,
  answer: { status: 200, description: 'As it then stands.', schema: supportPracticeSchema },
  handle: async (deps, { caller, params }) => {
    const { practiceId } = await demandSupportPractice(deps, caller, params.id)
    await deps.db.inPractice(practiceId, (tx) => endAccess(tx, caller, Date.now()))
    return { body: supportPracticeOf(await demandSupportPractice(deps, caller, params.id)) }
  },
})
