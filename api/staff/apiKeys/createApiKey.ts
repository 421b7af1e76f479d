import { z } from 'zod'
import { makeApiKey } from '../../../commands/apiKeys.ts'
import { sha256 } from '../../../commands/invitations/linkTokens.ts'
import { insertApiKey } from '../../../db/people/apiKeys.ts'
import { insertAudit } from '../../../db/people/audit.ts'
import { endpoint } from '../../endpoint.ts'
import { demandRecentSignIn } from '../../recentSignIn.ts'
import { mailSecurityChange } from '../../securityMails.ts'
import { line } from '../fields.ts'
import { apiKeySchema, resourceOf, scopes } from './schema.ts'

export const createApiKey = endpoint({
  method: 'post',
  path: '/api-keys',
  right: 'manage_api_keys',
  about: 'practice',
  summary: 'Make an API key',
  description: 'The key is shown this once: only its hash is kept.',
  body: z
    .strictObject({ name: line(80, 'Name the key, for example after the system that uses it.'), scopes })
    .meta({ example: { name: 'Practice manager', scopes: ['read', 'write'] } }),
  answer: {
    status: 201,
    description: 'The key itself, and how it is listed.',
    schema: apiKeySchema
      .extend({ key: z.string().meta({ example: 'emb_0123456789abcdefghijklmnopqrstuvwxyz' }) })
      .meta({ id: 'NewApiKey' }),
  },
  problems: { 403: ['confirm_sign_in'] },
  handle: async (deps, { caller, body }) => {
    demandRecentSignIn(deps, caller)
    const key = makeApiKey()
    const made = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const row = await insertApiKey(tx, { ...body, sha256: sha256(key) })
      const data = { name: body.name, scopes: body.scopes }
      await insertAudit(tx, caller, { kind: 'api_key_made', subjectId: row.id, data })
      return row
    })
    await mailSecurityChange(deps, caller, { what: 'api_key_made', name: body.name })
    return { body: { ...resourceOf(made), key } }
  },
})
