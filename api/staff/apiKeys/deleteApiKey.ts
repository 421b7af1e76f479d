import { z } from 'zod'
import { revokeApiKey } from '../../../db/people/apiKeys.ts'
import { insertAudit } from '../../../db/people/audit.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { idText } from '../texts.ts'

export const deleteApiKey = endpoint({
  method: 'delete',
  path: '/api-keys/{id}',
  right: 'manage_api_keys',
  about: 'practice',
  summary: 'Revoke an API key',
  description: 'What uses it is refused from now on.',
  params: z.object({ id: z.uuid() }),
  answer: { status: 200, description: 'Revoked.', schema: z.object({ id: idText }) },
  handle: async ({ db }, { caller, params }) => {
    const revoked = await db.inPractice(caller.practiceId, async (tx) => {
      const name = await revokeApiKey(tx, params.id)
      if (name !== null)
        await insertAudit(tx, caller, { kind: 'api_key_revoked', subjectId: params.id, data: { name } })
      return name !== null
    })
    if (!revoked) throw notFound()
    return { body: { id: params.id } }
  },
})
