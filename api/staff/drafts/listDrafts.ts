import { z } from 'zod'
import { openDraftsOf } from '../../../commands/drafts/openDraft.ts'
import { endpoint } from '../../endpoint.ts'
import { draftOf, draftSchema } from './resource.ts'

export const listDrafts = endpoint({
  method: 'get',
  path: '/drafts',
  right: 'add_clients',
  about: 'self',
  summary: 'Clients begun',
  description: 'The caller’s own, the latest first, at most 50.',
  answer: { status: 200, description: 'The drafts.', schema: z.object({ items: z.array(draftSchema) }) },
  handle: async ({ db, sealer }, { caller }) => {
    const drafts = await db.inPractice(caller.practiceId, (tx) => openDraftsOf(tx, sealer, caller.actor))
    return { body: { items: drafts.map(draftOf) } }
  },
})
