import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Idempotency } from '../commands/underKey.ts'
import type { Actor } from '../domain/events.ts'
import type { Dependencies } from './dependencies.ts'
import { notFound, Problem, validationProblem } from './problem.ts'
import { fieldProblems } from './validation.ts'

export type Scope = 'read' | 'write'

/** Who calls, as its key tells. */
export type Caller = { practiceId: string; keyId: string; scopes: Scope[]; actor: Actor }

type Call<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> = {
  caller: Caller
  params: z.output<P>
  query: z.output<Q>
  body: z.output<B>
  /** Null where the caller sent no key. */
  idempotency: Idempotency | null
  /** The version that a change is based on; null where the caller named none. */
  ifMatch: string | null
}

/** What a handler answers; the status is the endpoint's. `replayed`: an earlier request with this key made it. */
export type Handled<A> = { body: A; location?: string; replayed?: boolean; etag?: string }

export type Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType> = {
  method: 'get' | 'post' | 'patch' | 'put' | 'delete'
  /** As OpenAPI writes it, from `/api/v1`. */
  path: string
  scope: Scope
  tag: 'Onboardings' | 'Steps' | 'Connections' | 'Organisations' | 'Drafts' | 'Registry' | 'Reports'
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  /** The body may be left out. */
  bodyOptional?: boolean
  answer: { status: 200 | 201; description: string; schema: A }
  /** Codes of the problems that are this endpoint's own, by status. */
  problems?: Record<number, string[]>
  /** Takes an Idempotency-Key. */
  idempotent?: boolean
  /** Takes an If-Match with the ETag that was read. */
  versioned?: boolean
  handle(deps: Dependencies, call: Call<P, Q, B>): Promise<Handled<z.output<A>>>
}

/** An endpoint as the router and the OpenAPI document see it. */
export type Endpoint = Pick<
  Definition<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType>,
  | 'method'
  | 'path'
  | 'scope'
  | 'tag'
  | 'summary'
  | 'description'
  | 'bodyOptional'
  | 'answer'
  | 'problems'
  | 'idempotent'
  | 'versioned'
> & {
  params: z.ZodObject
  query: z.ZodObject
  body: z.ZodObject | null
  handler(deps: Dependencies): RequestHandler
}

/** Where `authenticate` leaves the caller. */
export const callerOf = (response: Response): Caller => response.locals.caller as Caller

const nothing = z.strictObject({})
const longestKey = 255

/** Makes one endpoint of its schemas and handler: checks the scope, parses, calls, compares the answer, answers. */
export function endpoint<
  A extends z.ZodType,
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
  B extends z.ZodObject = typeof nothing,
>(definition: Definition<P, Q, B, A>): Endpoint {
  const { handle, params, query, body, ...described } = definition
  const schemas = { params: params ?? nothing, query: query ?? nothing, body: body ?? nothing }
  return {
    ...described,
    params: schemas.params,
    query: schemas.query,
    body: definition.method === 'get' ? null : schemas.body,
    handler: (deps) => async (request, response) => {
      const caller = callerOf(response)
      demandScope(caller, definition.scope)
      const read = readCall(definition, schemas, deps, request)
      const call = { caller, ...read } as Call<P, Q, B>
      const { body: answer, location, replayed, etag } = await handle(deps, call)
      if (deps.checksAnswers) definition.answer.schema.parse(answer)
      if (location) response.location(location)
      if (etag) response.set('ETag', etag)
      if (replayed) response.set('Idempotency-Replayed', 'true')
      response.status(definition.answer.status).json(answer)
    },
  }
}

function demandScope({ scopes }: Caller, scope: Scope): void {
  if (scopes.includes(scope)) return
  throw new Problem(403, 'forbidden', `This API key needs the scope "${scope}".`, { members: { scope } })
}

function readCall(
  { method, path, idempotent, bodyOptional }: Pick<Endpoint, 'method' | 'path' | 'idempotent' | 'bodyOptional'>,
  schemas: { params: z.ZodObject; query: z.ZodObject; body: z.ZodObject },
  { linkKeys }: Dependencies,
  request: Request,
) {
  const params = schemas.params.safeParse(request.params)
  if (!params.success) throw notFound()
  const query = schemas.query.safeParse(request.query)
  if (!query.success) throw queryProblem(query.error, request.query)
  if (method === 'get') return { params: params.data, query: query.data, body: {}, idempotency: null, ifMatch: null }
  demandJson(request)
  const given: unknown = request.body ?? (bodyOptional || schemas.body === nothing ? {} : undefined)
  const body = schemas.body.safeParse(given)
  if (!body.success) throw validationProblem(fieldProblems(body.error, given))
  const key = idempotent ? readIdempotencyKey(request) : null
  const route = `${method.toUpperCase()} ${path} ${Object.values(params.data).join(' ')}`.trim()
  // Keyed, so that what was sent cannot be guessed from what is kept; the oldest key, so that a new one changes nothing.
  const secret = linkKeys.at(-1)?.key ?? ''
  const bodySha256 = createHmac('sha256', secret).update(canonical(given)).digest()
  return {
    params: params.data,
    query: query.data,
    body: body.data,
    idempotency: key === null ? null : { route, key, bodySha256 },
    ifMatch: request.get('If-Match') ?? null,
  }
}

/** A cursor is ours and says so; the rest of a query is the caller's. */
function queryProblem(error: z.ZodError, query: unknown): Problem {
  if (error.issues.some((issue) => issue.path[0] === 'cursor')) return badCursor()
  return validationProblem(fieldProblems(error, query))
}

export const badCursor = () =>
  new Problem(400, 'bad_cursor', 'This cursor is not one we gave for this list. Start from the first page.')

function demandJson(request: Request): void {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0
  if (!hasBody || request.body !== undefined) return
  throw new Problem(415, 'unsupported_media_type', 'Send the body as application/json.', {
    headers: { Accept: 'application/json' },
  })
}

function readIdempotencyKey(request: Request): string | null {
  const key = request.get('Idempotency-Key')
  if (key === undefined) return null
  if (key.length <= longestKey && /^[\x21-\x2b\x2d-\x7e]+$/.test(key)) return key
  const detail = `An Idempotency-Key has 1 to ${longestKey} visible characters, without blanks and commas.`
  throw new Problem(400, 'bad_idempotency_key', detail)
}

/** The same text for the same JSON, in whatever order its members came. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** An earlier request used this key with another body. */
export const idempotencyConflict = () =>
  new Problem(422, 'idempotency_conflict', 'This was already sent with other details. Reload and check.')
