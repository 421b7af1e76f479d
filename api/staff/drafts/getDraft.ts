import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { etagOf } from '../versions.ts'
import { draftParams, draftSchema, readDraft } from './resource.ts'

export const getDraft = endpoint({
  method: 'get',
  path: '/drafts/{id}',
  right: 'add_clients',
  about: 'draft',
  summary: 'One draft',
  params: draftParams,
  answer: {
    status: 200,
    description: 'The draft, with what was connected for it.',
    schema: draftSchema,
    headers: ['ETag'],
  },
  handle: async (deps, { caller, params }) => {
    const draft = await deps.db.inPractice(caller.practiceId, (tx) => readDraft(tx, deps.sealer, params.id))
    if (!draft) throw notFound()
    return { body: draft, etag: etagOf(draft.version) }
  },
})
