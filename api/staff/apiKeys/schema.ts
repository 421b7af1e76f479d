import { z } from 'zod'
import type { ApiKey } from '../../../db/people/apiKeys.ts'
import { instant } from '../onboardings/schema.ts'
import { idText } from '../texts.ts'

export const scopes = z
  .array(z.enum(['read', 'write']))
  .min(1, { error: 'Choose at least one.' })
  .max(2)
  .transform((given) => [...new Set(given)])

export const apiKeySchema = z
  .object({
    id: idText,
    name: z.string().meta({ example: 'Practice manager' }),
    scopes: z.array(z.enum(['read', 'write'])),
    createdAt: instant,
    lastUsedAt: instant.nullable().meta({ description: 'To five minutes.' }),
  })
  .meta({ id: 'ApiKey' })

export const resourceOf = ({ createdAt, lastUsedAt, ...key }: ApiKey) => ({
  ...key,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
})
