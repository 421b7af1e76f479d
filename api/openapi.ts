import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Endpoint } from './endpoint.ts'
import { cookiePrefixOf } from './identity/auth.ts'
import { namesClient } from './sight.ts'
import { endpoints, openEndpoints } from './staff/endpoints.ts'

const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable: programs may branch on it.' }),
    detail: z.string().meta({ description: 'A sentence for people.' }),
    trace: z.string().meta({ description: 'Names the request in our logs; also in the header X-Request-Id.' }),
    errors: z
      .array(z.object({ field: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What is wrong, field by field, with the code `validation`.' }),
    presentStatus: z.string().optional().meta({ description: 'How the onboarding stands, where that is why not.' }),
    allowed: z.array(z.string()).optional().meta({ description: 'What is possible instead.' }),
    at: z.string().nullable().optional().meta({ description: 'When waiting helps, or the limit of a date.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' })

const COMMON: Record<number, string[]> = { 429: ['rate_limited'], 500: ['internal'], 503: ['unavailable'] }

const BEHIND_THE_WALL: Record<number, string[]> = {
  401: ['unauthorized', 'session_ended'],
  403: [
    'forbidden',
    'no_right',
    'no_practice',
    'practice_only',
    'support_not_allowed',
    'sign_on_required',
    'second_factor_required',
    'cross_site',
  ],
}

function problemsOf(endpoint: Endpoint): Record<number, string[]> {
  const all: Record<number, string[]> = { ...COMMON, ...(endpoint.access && BEHIND_THE_WALL) }
  const add = (status: number, ...codes: string[]) => {
    all[status] = [...new Set([...(all[status] ?? []), ...codes])]
  }
  if (endpoint.path.includes('{')) add(404, 'not_found')
  if (namesClient(endpoint)) add(428, 'reason_required')
  if (endpoint.method !== 'get') add(503, 'outcome_unknown')
  if (endpoint.body) {
    add(400, 'malformed_json')
    add(413, 'too_large')
    add(415, 'unsupported_media_type')
    add(422, 'validation')
  }
  if (Object.keys(endpoint.query.shape).length > 0) add(422, 'validation')
  if ('cursor' in endpoint.query.shape) add(400, 'bad_cursor')
  if (endpoint.once) {
    add(400, 'bad_idempotency_key')
    add(409, 'already_done')
    add(422, 'idempotency_conflict')
  }
  if (endpoint.versioned) {
    add(412, 'changed_meanwhile')
    if (endpoint.versioned !== 'optional') add(428, 'if_match_required')
  }
  for (const [status, codes] of Object.entries(endpoint.problems ?? {})) add(Number(status), ...codes)
  return all
}

const idempotencyKey = z.string().optional().meta({
  description:
    'A name of your own for this request. Sending the same again under it within 24 hours is safe: what was done is not done twice, and the answer is the first one, with the header `Idempotency-Replayed`. Another body is refused with `idempotency_conflict`. Send one with every request whose answer may get lost.',
})

const replayed = z.literal('true').optional().meta({
  description: 'An earlier request under the same key did it: this is its answer.',
})

const ifMatch = z.string().meta({ description: 'The `ETag` that was read; `*` for whatever stands now.' })

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { params, query, body, answer, description } = endpoint
  const problems = Object.entries(problemsOf(endpoint)).map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\``).join(', '),
      content: { 'application/problem+json': { schema: problem } },
    },
  ])
  return {
    operationId: `${endpoint.method}${endpoint.path.replace(/[^a-zA-Z]+(\w?)/g, (_all, next: string) => next.toUpperCase())}`,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: [description, needsOf(endpoint)].filter(Boolean).join('\n\n'),
    ...(endpoint.access === null ? { security: [] } : { 'x-right': endpoint.access.right }),
    requestParams: {
      path: params,
      query,
      ...(endpoint.once && { header: z.object({ 'Idempotency-Key': idempotencyKey }) }),
      ...(endpoint.versioned && {
        header: z.object({ 'If-Match': endpoint.versioned === 'optional' ? ifMatch.optional() : ifMatch }),
      }),
    },
    ...(body &&
      Object.keys(body.shape).length > 0 && {
        requestBody: { required: !endpoint.bodyOptional, content: { 'application/json': { schema: body } } },
      }),
    responses: {
      [String(answer.status)]: {
        description: answer.description,
        ...(endpoint.once && { headers: z.object({ 'Idempotency-Replayed': replayed }) }),
        content: { [answer.mediaType ?? 'application/json']: { schema: answer.schema } },
      },
      ...Object.fromEntries(problems),
    },
  } as ZodOpenApiOperationObject
}

function needsOf({ access }: Endpoint): string | null {
  if (access === null) return null
  const { scope, right } = access
  return right === null
    ? `Needs the scope \`${scope}\` of a key, and no right of a person.`
    : `Needs the scope \`${scope}\` of a key, the right \`${right}\` of a person.`
}

/** The OpenAPI 3.1 document of the staff API, made of the very schemas that read requests and check answers. */
export function createOpenApi(publicUrl: string) {
  const paths: ZodOpenApiPathsObject = {}
  for (const endpoint of [...openEndpoints, ...endpoints]) {
    const path = `/api/v1${endpoint.path}`
    paths[path] = { ...paths[path], [endpoint.method]: operationOf(endpoint) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Embark',
      version: '1',
      description:
        'Onboards the clients of accounting practices. Every answer that is not a success is `application/problem+json` with a stable `code`.',
    },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }, { session: [] }],
    tags: [
      { name: 'Onboardings', description: 'One client on the way from creation to completion.' },
      { name: 'Steps', description: 'Bank, books and matching.' },
      { name: 'Connections', description: 'Banks and ledgers.' },
      { name: 'Organisations', description: 'The businesses of clients.' },
      { name: 'Drafts', description: 'Clients that are still being set up.' },
      { name: 'Registry', description: 'Public registers of companies.' },
      { name: 'Reports' },
      { name: 'People', description: 'Who works in the practice, and what they may do.' },
      { name: 'Settings', description: 'Of the practice.' },
      { name: 'Sign-up', description: 'Open to everybody.' },
    ],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: `${cookiePrefixOf(publicUrl)}.session_token`,
          description:
            'The session of somebody signed in at /api/auth. The header Embark-Practice names the practice; without it the oldest membership is taken.',
        },
      },
    },
    paths,
  })
}
