import { z } from 'zod'
import { makeApiKey } from '../../../commands/apiKeys.ts'
import { sha256 } from '../../../commands/linkTokens.ts'
import { type ApiKey, insertApiKey, readApiKeys, revokeApiKey } from '../../../db/people/apiKeys.ts'
import { insertAudit } from '../../../db/people/audit.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { line } from '../fields.ts'
import { instant } from '../onboardings/schema.ts'

const scopes = z
  .array(z.enum(['read', 'write']))
  .min(1, { error: 'Choose at least one.' })
  .max(2)
  .transform((given) => [...new Set(given)])

const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(['read', 'write'])),
    createdAt: instant,
    lastUsedAt: instant.nullable().meta({ description: 'To five minutes.' }),
  })
  .meta({ id: 'ApiKey' })

const resourceOf = ({ createdAt, lastUsedAt, ...key }: ApiKey) => ({
  ...key,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
})

export const listApiKeys = endpoint({
  method: 'get',
  path: '/api-keys',
  scope: 'read',
  right: 'manage_api_keys',
  tag: 'Settings',
  summary: 'The practice’s API keys',
  answer: { status: 200, description: 'Newest first.', schema: z.object({ items: z.array(apiKeySchema) }) },
  handle: async ({ db }, { caller }) => {
    const keys = await db.inPractice(caller.practiceId, readApiKeys)
    return { body: { items: keys.map(resourceOf) } }
  },
})

export const createApiKey = endpoint({
  method: 'post',
  path: '/api-keys',
  scope: 'write',
  right: 'manage_api_keys',
  tag: 'Settings',
  summary: 'Make an API key',
  description: 'The key is shown this once: only its hash is kept.',
  body: z
    .strictObject({ name: line(80, 'Name the key, for example after the system that uses it.'), scopes })
    .meta({ example: { name: 'Practice manager', scopes: ['read', 'write'] } }),
  answer: {
    status: 201,
    description: 'The key itself, and how it is listed.',
    schema: apiKeySchema.extend({ key: z.string() }).meta({ id: 'NewApiKey' }),
  },
  handle: async ({ db }, { caller, body }) => {
    const key = makeApiKey()
    const made = await db.inPractice(caller.practiceId, async (tx) => {
      const row = await insertApiKey(tx, { ...body, sha256: sha256(key) })
      const data = { name: body.name, scopes: body.scopes }
      await insertAudit(tx, caller, { kind: 'api_key_made', subjectId: row.id, data })
      return row
    })
    return { body: { ...resourceOf(made), key } }
  },
})

export const deleteApiKey = endpoint({
  method: 'delete',
  path: '/api-keys/{id}',
  scope: 'write',
  right: 'manage_api_keys',
  tag: 'Settings',
  summary: 'Revoke an API key',
  description: 'What uses it is refused from now on.',
  params: z.object({ id: z.uuid() }),
  answer: { status: 200, description: 'Revoked.', schema: z.object({ id: z.string() }) },
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
