import { resolveSupportPractice } from '../../../db/support/practices.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { practiceParams, supportPracticeOf, supportPracticeSchema } from './schema.ts'

/** Returns a practice's support access for a calling support person; throws 404 for everybody else. */
export async function demandSupportPractice({ db }: Dependencies, { staff }: Caller, practiceId: string) {
  const found = staff && (await resolveSupportPractice(db, staff.userId, practiceId))
  if (!found) throw notFound()
  return found
}

export const getSupportPractice = endpoint({
  method: 'get',
  path: '/support/practices/{id}',
  right: 'help_practices',
  about: 'support',
  summary: 'Whether a practice lets support in',
  params: practiceParams,
  answer: { status: 200, description: 'As it stands now.', schema: supportPracticeSchema },
  handle: async (deps, { caller, params }) => ({
    body: supportPracticeOf(await demandSupportPractice(deps, caller, params.id)),
  }),
})
