import { disconnectDraft } from '../../../commands/drafts/endDraft.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { endedSchema, endThere } from './ended.ts'
import { draftParams } from './resource.ts'

export const disconnectDraftLedger = endpoint({
  method: 'delete',
  path: '/drafts/{id}/connection',
  right: 'add_clients',
  about: 'draft',
  summary: 'Disconnect the ledger of a draft',
  description: 'Only this organisation: others on the same sign-in keep working.',
  params: draftParams,
  answer: { status: 200, description: 'It is disconnected.', schema: endedSchema },
  handle: async (deps, { caller, params }) => {
    const target = { practiceId: caller.practiceId, draftId: params.id }
    if (!(await disconnectDraft(deps, target))) throw notFound()
    return { body: { endedThere: await endThere(deps, target) } }
  },
})
