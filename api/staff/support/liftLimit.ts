import { insertAudit } from '../../../db/people/audit.ts'
import { liftPracticeLimit } from '../../../db/practiceLimit.ts'
import { NEW_PRACTICE_LIMITS } from '../../../domain/practice/limits.ts'
import { endpoint } from '../../endpoint.ts'
import { demandSupportPractice } from './getSupportPractice.ts'
import { practiceParams, supportPracticeOf, supportPracticeSchema } from './schema.ts'

export const liftLimit = endpoint({
  method: 'delete',
  path: '/support/practices/{id}/limit',
  right: 'help_practices',
  about: 'support',
  summary: 'Lift what a new practice may send a day',
  description: `Until then it sends at most ${NEW_PRACTICE_LIMITS.invitations} invitations and ${NEW_PRACTICE_LIMITS.texts} texts in 24 hours. The practice sees it in its audit log.`,
  params: practiceParams,
  answer: { status: 200, description: 'As the practice then stands.', schema: supportPracticeSchema },
  handle: async (deps, { caller, params }) => {
    const { practiceId } = await demandSupportPractice(deps, caller, params.id)
    await deps.db.inPractice(practiceId, async (tx) => {
      if (await liftPracticeLimit(tx, caller.staff?.userId ?? '')) {
        await insertAudit(tx, caller, { kind: 'limit_lifted', subjectId: null })
      }
    })
    return { body: supportPracticeOf(await demandSupportPractice(deps, caller, params.id)) }
  },
})
