import { endDraft } from '../../../commands/drafts/endDraft.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { endedSchema, endThere } from './ended.ts'
import { draftParams } from './resource.ts'

export const deleteDraft = endpoint({
  method: 'delete',
  path: '/drafts/{id}',
  right: 'add_clients',
  about: 'draft',
  summary: 'Delete a draft',
  description: 'Nothing that was typed is kept, and what was connected for it is disconnected.',
  params: draftParams,
  answer: { status: 200, description: 'It is gone.', schema: endedSchema },
  handle: async (deps, { caller, params }) => {
    const target = { practiceId: caller.practiceId, draftId: params.id }
    if (!(await endDraft(deps, target))) throw notFound()
    return { body: { endedThere: await endThere(deps, target) } }
  },
})
