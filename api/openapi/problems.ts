import { z } from 'zod'
import type { ZodOpenApiResponseObject } from 'zod-openapi'
import type { Endpoint } from '../endpoint.ts'
import { isOfClient } from '../sight.ts'
import { type HeaderName, headersNamed } from './headers.ts'

/** The body of every answer that is not a success. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ example: 'about:blank' }),
    title: z.string().meta({ example: 'Conflict' }),
    status: z.int().meta({ example: 409 }),
    code: z.string().meta({ description: 'Stable: programs may branch on it.', example: 'already_accepted' }),
    detail: z.string().meta({
      description: 'A sentence for people.',
      example: 'Jo accepted at 14:02. There is nothing to send.',
    }),
    trace: z.string().meta({
      description: 'Names the request in our logs; also in the header X-Request-Id.',
      example: '0b5f1d0e-6a58-4f0c-9d2b-3f6f0f3f7a11',
    }),
    errors: z
      .array(z.object({ field: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What is wrong, field by field, with the code `validation`.' }),
    presentStatus: z.string().optional().meta({ description: 'How the onboarding stands, where that is why not.' }),
    allowed: z.array(z.string()).optional().meta({ description: 'What is possible instead.' }),
    at: z.string().nullable().optional().meta({ description: 'When waiting helps, or the limit of a date.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' })

export type Codes = Record<number, string[]>

const EVERYWHERE: Codes = { 429: ['rate_limited'], 500: ['internal'], 503: ['unavailable'] }

/** Problems of all endpoints that need a key or a session. */
export const BEHIND_THE_WALL: Codes = {
  400: ['bad_practice'],
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

/** Returns the codes of all problems of an endpoint, by status: its own, and those that follow from its definition. */
export function problemsOf(endpoint: Omit<Endpoint, 'handler'>): Codes {
  const all: Codes = {}
  const add = (codes: Codes) => {
    for (const [status, more] of Object.entries(codes)) {
      all[Number(status)] = [...new Set([...(all[Number(status)] ?? []), ...more])]
    }
  }
  add(EVERYWHERE)
  if (endpoint.access) add(BEHIND_THE_WALL)
  if (endpoint.path.includes('{')) add({ 400: ['malformed_url'], 404: ['not_found'] })
  if (endpoint.access && isOfClient(endpoint.access.about)) add({ 428: ['reason_required'] })
  if (endpoint.method !== 'get') add({ 503: ['outcome_unknown'] })
  if (endpoint.body) {
    const unreadable = ['malformed_json', 'malformed_body', 'aborted']
    add({ 400: unreadable, 413: ['too_large'], 415: ['unsupported_media_type'], 422: ['validation'] })
  } else add({ 400: ['unexpected_body'] })
  // Endpoints without a query refuse every parameter.
  add({ 422: ['validation'] })
  if ('cursor' in endpoint.query.shape) add({ 400: ['bad_cursor'] })
  if (endpoint.once) add({ 400: ['bad_idempotency_key'], 409: ['already_done'], 422: ['idempotency_conflict'] })
  if (endpoint.versioned) add({ 412: ['changed_meanwhile'] })
  if (endpoint.versioned && endpoint.versioned !== 'optional') add({ 428: ['if_match_required'] })
  add(endpoint.problems ?? {})
  return all
}

/** Headers of problems, by status, besides those of every answer. */
const HEADERS: Record<number, HeaderName[]> = {
  401: ['WWW-Authenticate'],
  415: ['Accept'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

/** Responses by their codes: responses with the same codes are described once. */
const known = new Map<string, ZodOpenApiResponseObject>()

export function problemResponses(codes: Codes): Record<string, ZodOpenApiResponseObject> {
  return Object.fromEntries(Object.entries(codes).map(([status, names]) => [status, described(Number(status), names)]))
}

function described(status: number, codes: string[]): ZodOpenApiResponseObject {
  const own = codes.filter((code) => !BEHIND_THE_WALL[status]?.includes(code))
  const isBare = own.length < codes.length || BEHIND_THE_WALL[status] === undefined
  const id = [`Problem${status}${isBare ? '' : '-open'}`, ...own].join('-')
  const earlier = known.get(id)
  if (earlier) return earlier
  const response: ZodOpenApiResponseObject = {
    id,
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: headersNamed(HEADERS[status] ?? []),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { type: 'string', enum: codes } } },
          ],
        },
      },
    },
  }
  known.set(id, response)
  return response
}
