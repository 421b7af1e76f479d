import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { rightsOfScopes } from '../../domain/rights.ts'
import type { Endpoint, Scope } from '../endpoint.ts'
import type { NamedEndpoint } from '../staff/endpoints.ts'
import { type HeaderName, headersNamed } from './headers.ts'
import { problemResponses, problemsOf } from './problems.ts'

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x2b\x2d-\x7e]+$/)
  .optional()
  .meta({
    param: { id: 'IdempotencyKey' },
    description:
      'A name of your own for this request. Sending the same again under it within 24 hours is safe: what was done is not done twice, and the answer is the first one, with the header `Idempotency-Replayed`. Another body is refused with `idempotency_conflict`. Send one with every request whose answer may get lost.',
    example: '0d4f2f8e-4d0b-4c43-9d7e-0a4b6f1f8f7b',
  })

const ifMatch = z
  .string()
  .meta({ description: 'The `ETag` that was read; `*` for whatever stands now.', example: '"v3"' })

/** The header that names the practice a person works in. A key always uses its own practice. */
export const practiceHeader = z
  .uuid()
  .optional()
  .meta({
    param: { id: 'EmbarkPractice' },
    description:
      'Names the practice, for a person who works in several and for support. Left out: the practice one has been in longest. A key always calls its own.',
  })

/** Returns the scopes that a key needs; null when no key is allowed. */
function scopesFor({ scope, right }: NonNullable<Endpoint['access']>): Scope[] | null {
  if (right === null || rightsOfScopes([scope]).includes(right)) return [scope]
  return rightsOfScopes(['read', 'write']).includes(right) ? ['read', 'write'] : null
}

export function operationOf(endpoint: NamedEndpoint): ZodOpenApiOperationObject {
  const { name, access, params, query, body, answer, description, method } = endpoint
  return {
    operationId: name,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: [description, access && needsOf(access)].filter(Boolean).join('\n\n'),
    security: securityOf(access),
    ...(access && { 'x-right': access.right }),
    requestParams: {
      path: params,
      query,
      header: z.object({
        ...(access && { 'Embark-Practice': practiceHeader }),
        ...(endpoint.once && { 'Idempotency-Key': idempotencyKey }),
        ...(endpoint.versioned && { 'If-Match': endpoint.versioned === 'optional' ? ifMatch.optional() : ifMatch }),
      }),
    },
    ...(body &&
      Object.keys(body.shape).length > 0 && {
        requestBody: { required: !endpoint.bodyOptional, content: { 'application/json': { schema: body } } },
      }),
    responses: {
      [String(answer.status)]: {
        description: answer.description,
        headers: headersNamed(headersOf(endpoint)),
        content: { [answer.mediaType ?? 'application/json']: { schema: answer.schema } },
      },
      ...(method === 'get' && { 304: answer.headers?.includes('Content-Disposition') ? unchangedFile : unchanged }),
      ...problemResponses(problemsOf(endpoint)),
    },
  } as ZodOpenApiOperationObject
}

const NOT_MODIFIED = 'As it was with the `ETag` in `If-None-Match`.'
const unchanged = { id: 'NotModified', description: NOT_MODIFIED, headers: headersNamed(['ETag']) }
const unchangedFile = {
  id: 'FileNotModified',
  description: NOT_MODIFIED,
  headers: headersNamed(['ETag', 'Content-Disposition']),
}

const headersOf = ({ method, once, answer }: Endpoint): HeaderName[] => [
  ...new Set<HeaderName>([
    ...(method === 'get' ? (['ETag'] as const) : []),
    ...(once ? (['Idempotency-Replayed'] as const) : []),
    ...(answer.headers ?? []),
  ]),
]

export function securityOf(access: Endpoint['access']): Record<string, string[]>[] {
  if (access === null) return []
  const scopes = scopesFor(access)
  return [...(scopes ? [{ apiKey: scopes }] : []), { session: [] }]
}

export function needsOf(access: NonNullable<Endpoint['access']>): string {
  const scopes = scopesFor(access)
  const key = scopes
    ? `A key needs the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.map((one) => `\`${one}\``).join(' and ')}`
    : 'API keys cannot use it'
  return access.right === null
    ? `${key}; a person needs no right.`
    : `${key}; a person needs the right \`${access.right}\`.`
}
