import { z } from 'zod'
import { saveDraft as save } from '../../../commands/drafts/saveDraft.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, Problem } from '../../problem.ts'
import { etagOf, versionOf } from '../versions.ts'
import { draftData, draftParams, draftSchema, draftStep, readDraft } from './resource.ts'

export const saveDraft = endpoint({
  method: 'patch',
  path: '/drafts/{id}',
  right: 'add_clients',
  about: 'draft',
  summary: 'Keep what was typed',
  description: '`data` replaces what was kept before.',
  params: draftParams,
  body: z.strictObject({ step: draftStep.optional(), data: draftData.optional() }),
  answer: { status: 200, description: 'The draft as it is kept.', schema: draftSchema, headers: ['ETag'] },
  versioned: true,
  handle: async (deps, { caller, params, body, ifMatch }) => {
    const { draft, saved } = await deps.db.inPractice(caller.practiceId, async (tx) => {
      if (!(await readDraft(tx, deps.sealer, params.id))) throw notFound()
      const saved = await save(tx, deps.sealer, params.id, body, versionOf(ifMatch))
      return { saved, draft: await readDraft(tx, deps.sealer, params.id) }
    })
    if (saved === 'not_found' || !draft) throw notFound()
    if (saved === 'changed_meanwhile') {
      const detail = 'This draft was changed in another window. Look at the new version, then try again.'
      throw new Problem(412, 'changed_meanwhile', detail)
    }
    return { body: draft, etag: etagOf(draft.version) }
  },
})
