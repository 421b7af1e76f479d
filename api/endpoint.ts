import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Idempotency } from '../commands/underKey.ts'
import type { Membership } from '../db/people/members.ts'
import type { Actor } from '../domain/events.ts'
import type { Right, Role } from '../domain/rights.ts'
import type { Dependencies } from './dependencies.ts'
import type { SignedIn } from './identity/identity.ts'
import { noPractice, noRight, practiceOnly } from './noRight.ts'
import { notFound, Problem, validationProblem } from './problem.ts'
import { demandSight } from './sight.ts'
import { fieldProblems } from './validation.ts'

export type Scope = 'read' | 'write'

/** Who calls and what he may do: an API key, or one of the staff by his session. */
export type Caller = {
  /** The tenant of all that is read and written; `NO_PRACTICE` for somebody who works in none. */
  practiceId: string
  /** False for an account that is no accounting practice: it has no rights at all. */
  isPractice: boolean
  rights: readonly Right[]
  actor: Actor
  key: { id: string; scopes: Scope[] } | null
  /** Where the request came from. */
  address: string | null
  staff: (SignedIn & { role: Role | null; addClients: boolean; practices: Membership[] }) | null
}

/** The tenant of somebody who works in no practice: nothing belongs to it. */
export const NO_PRACTICE = '00000000-0000-0000-0000-000000000000'

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
export type Handled<A> = {
  body: A
  location?: string
  replayed?: boolean
  etag?: string
  headers?: Record<string, string>
}

export type Tag =
  | 'Onboardings'
  | 'Steps'
  | 'Connections'
  | 'Organisations'
  | 'Drafts'
  | 'Registry'
  | 'Reports'
  | 'People'
  | 'Settings'
  | 'Support'
  | 'Sign-up'

export type Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType> = {
  method: 'get' | 'post' | 'patch' | 'put' | 'delete'
  /** As OpenAPI writes it, from `/api/v1`. */
  path: string
  scope: Scope
  /** What the caller must be let do; null for what everybody may who is known. */
  right: Right | null
  tag: Tag
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  /** The body may be left out. */
  bodyOptional?: boolean
  /** Of another `mediaType` than JSON, the body is text. */
  answer: { status: 200 | 201 | 202; description: string; schema: A; mediaType?: 'text/csv' | 'text/html' }
  /** Codes of the problems that are this endpoint's own, by status. */
  problems?: Record<number, string[]>
  /** Takes an Idempotency-Key. */
  idempotent?: boolean
  /** Takes an If-Match with the ETag that was read; with `optional`, a change without one is made however things are. */
  versioned?: boolean | 'optional'
  handle(deps: Dependencies, call: Call<P, Q, B>): Promise<Handled<z.output<A>>>
}

/** An endpoint as the router and the OpenAPI document see it. */
export type Endpoint = Pick<
  Definition<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType>,
  | 'method'
  | 'path'
  | 'tag'
  | 'summary'
  | 'description'
  | 'bodyOptional'
  | 'answer'
  | 'problems'
  | 'idempotent'
  | 'versioned'
> & {
  /** Null: open to everybody, with neither key nor session. */
  access: { scope: Scope; right: Right | null } | null
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
  const { handle, params, query, body, scope, right, ...described } = definition
  const schemas = { params: params ?? nothing, query: query ?? nothing, body: body ?? nothing }
  return {
    ...described,
    ...shapeOf(schemas, definition.method),
    access: { scope, right },
    handler: (deps) => async (request, response) => {
      const caller = callerOf(response)
      demandScope(caller, scope)
      if (right !== null && deps.checksRights !== false) await demandRight(deps, caller, right)
      const read = readCall(definition, schemas, deps, request)
      if (deps.checksRights !== false) await demandSight(deps, caller, definition, read.params.id)
      answer(deps, definition, response, await handle(deps, { caller, ...read } as Call<P, Q, B>))
    },
  }
}

type OpenCall<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> = Omit<
  Call<P, Q, B>,
  'caller' | 'idempotency'
> & { address: string | null }

type OpenDefinition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType> = Omit<
  Definition<P, Q, B, A>,
  'scope' | 'right' | 'idempotent' | 'handle'
> & {
  /** `address`: where the request came from. */
  handle(deps: Dependencies, call: OpenCall<P, Q, B>): Promise<Handled<z.output<A>>>
}

/** Makes an endpoint that is open to everybody: of its schemas and handler, without a caller. */
export function openEndpoint<
  A extends z.ZodType,
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
  B extends z.ZodObject = typeof nothing,
>(definition: OpenDefinition<P, Q, B, A>): Endpoint {
  const { handle, params, query, body, ...described } = definition
  const schemas = { params: params ?? nothing, query: query ?? nothing, body: body ?? nothing }
  return {
    ...described,
    ...shapeOf(schemas, definition.method),
    access: null,
    handler: (deps) => async (request, response) => {
      const read = readCall(definition, schemas, deps, request) as Omit<Call<P, Q, B>, 'caller'>
      answer(deps, definition, response, await handle(deps, { ...read, address: request.ip ?? null }))
    },
  }
}

type Schemas = { params: z.ZodObject; query: z.ZodObject; body: z.ZodObject }

const shapeOf = ({ params, query, body }: Schemas, method: Endpoint['method']) => ({
  params,
  query,
  body: hasBody(method) ? body : null,
})

const hasBody = (method: Endpoint['method']) => method !== 'get' && method !== 'delete'

function answer(
  { checksAnswers }: Dependencies,
  { answer: { status, schema, mediaType } }: Pick<Endpoint, 'answer'>,
  response: Response,
  { body, location, replayed, etag, headers }: Handled<unknown>,
): void {
  if (checksAnswers) schema.parse(body)
  if (location) response.location(location)
  // A version says nothing of what stands beside what is versioned: no browser may show an answer anew because of it.
  if (etag) response.set({ ETag: etag, 'Cache-Control': 'private, no-store' })
  if (replayed) response.set('Idempotency-Replayed', 'true')
  response.status(status).set(headers ?? {})
  if (mediaType) response.type(mediaType).send(body)
  else response.json(body)
}

function demandScope({ key }: Caller, scope: Scope): void {
  if (key === null || key.scopes.includes(scope)) return
  throw new Problem(403, 'forbidden', `This API key needs the scope "${scope}".`, { members: { scope } })
}

/** Refuses whoever lacks a right, and says who can give it. */
export async function demandRight(deps: Dependencies, caller: Caller, right: Right): Promise<void> {
  if (caller.rights.includes(right)) return
  if (caller.practiceId === NO_PRACTICE) throw noPractice()
  if (!caller.isPractice) throw practiceOnly()
  throw await noRight(deps, caller.practiceId, right)
}

function readCall(
  { method, path, idempotent, bodyOptional }: Pick<Endpoint, 'method' | 'path' | 'idempotent' | 'bodyOptional'>,
  schemas: Schemas,
  { linkKeys }: Dependencies,
  request: Request,
) {
  const params = schemas.params.safeParse(request.params)
  if (!params.success) throw notFound()
  const query = schemas.query.safeParse(request.query)
  if (!query.success) throw queryProblem(query.error, request.query)
  if (!hasBody(method)) return { params: params.data, query: query.data, body: {}, idempotency: null, ifMatch: null }
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
