import { z } from 'zod'
import { createDraft as create } from '../../../commands/drafts/createDraft.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { etagOf } from '../versions.ts'
import { draftData, draftKind, draftSchema, draftStep, readDraft } from './resource.ts'

export const createDraft = endpoint({
  method: 'post',
  path: '/drafts',
  right: 'add_clients',
  about: 'new_client',
  summary: 'Begin a client',
  description: 'Kept until it becomes a client or is deleted; one that nobody touches for seven days is deleted.',
  body: z.strictObject({
    kind: draftKind.default('business'),
    step: draftStep.optional(),
    data: draftData.default({}),
  }),
  bodyOptional: true,
  answer: { status: 201, description: 'The draft.', schema: draftSchema, headers: ['ETag', 'Location'] },
  handle: async (deps, { caller, body }) => {
    const { practiceId, actor } = caller
    const step = body.step ?? (body.kind === 'business' ? 'solutions' : 'details')
    const draft = await deps.db.inPractice(practiceId, async (tx) => {
      const id = await create(tx, deps.sealer, practiceId, actor, { ...body, step })
      return readDraft(tx, deps.sealer, id)
    })
    if (!draft) throw notFound()
    return { body: draft, location: `/api/v1/drafts/${draft.id}`, etag: etagOf(draft.version) }
  },
})
