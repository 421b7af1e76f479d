import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Idempotency } from '../db/idempotency.ts'
import type { Membership } from '../db/people/members.ts'
import type { Actor } from '../domain/events.ts'
import type { Right, Role } from '../domain/rights.ts'
import type { Dependencies } from './dependencies.ts'
import type { SignedIn } from './identity/identity.ts'
import { noPractice, noRight, practiceOnly } from './noRight.ts'
import { handleOnce, idempotencyOf, type Writes, withCommitsNoted } from './once.ts'
import { noteCommit } from './outcome.ts'
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
  /** The caller's key; null where none was sent. For what works in steps: everything else is kept under it anyway. */
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
  /** Way in which a POST writes. One that writes nothing takes no Idempotency-Key. Default: in one transaction. */
  writes?: Writes
  /** Returns true for a body that only asks what would come of it: nothing is kept under its key. */
  isDryRun?: (body: z.output<B>) => boolean
  /** Takes an If-Match with the ETag that was read; with `optional`, a change without one is made however things are. */
  versioned?: boolean | 'optional'
  handle(deps: Dependencies, call: Call<P, Q, B>): Promise<Handled<z.output<A>>>
}

/** An endpoint as the router and the OpenAPI document see it. */
export type Endpoint = Pick<
  Definition<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType>,
  'method' | 'path' | 'tag' | 'summary' | 'description' | 'bodyOptional' | 'answer' | 'problems' | 'versioned'
> & {
  /** Null: by another method than POST, or by a POST that writes nothing. It then takes no Idempotency-Key. */
  once: Exclude<Writes, 'nothing'> | null
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

/** Makes one endpoint of its schemas and handler: checks the scope, parses, calls, compares the answer, answers. */
export function endpoint<
  A extends z.ZodType,
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
  B extends z.ZodObject = typeof nothing,
>(definition: Definition<P, Q, B, A>): Endpoint {
  const { handle, params, query, body, scope, right, writes, isDryRun, ...described } = definition
  const schemas = { params: params ?? nothing, query: query ?? nothing, body: body ?? nothing }
  const shape = { ...described, ...shapeOf(schemas, definition.method), once: onceOf(definition.method, writes) }
  return {
    ...shape,
    access: { scope, right },
    handler: (deps) => async (request, response) => {
      const caller = callerOf(response)
      demandScope(caller, scope)
      if (right !== null && deps.checksRights !== false) await demandRight(deps, caller, right)
      const read = readCall(shape, schemas, deps, request)
      if (deps.checksRights !== false) await demandSight(deps, caller, definition, read.params.id)
      if (isDryRun?.(read.body as z.output<B>)) read.idempotency = null
      const call = { caller, ...read } as Call<P, Q, B>
      answer(shape, response, await run(deps, shape, caller.practiceId, read, response, (own) => handle(own, call)))
    },
  }
}

type OpenCall<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> = Omit<Call<P, Q, B>, 'caller'> & {
  address: string | null
}

type OpenDefinition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType> = Omit<
  Definition<P, Q, B, A>,
  'scope' | 'right' | 'writes' | 'isDryRun' | 'handle'
> & {
  /** It belongs to no practice, so no transaction of one can hold it. */
  writes?: Exclude<Writes, 'in_one_transaction'>
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
  const { handle, params, query, body, writes = 'in_steps', ...described } = definition
  const schemas = { params: params ?? nothing, query: query ?? nothing, body: body ?? nothing }
  const shape = { ...described, ...shapeOf(schemas, definition.method), once: onceOf(definition.method, writes) }
  return {
    ...shape,
    access: null,
    handler: (deps) => async (request, response) => {
      const read = readCall(shape, schemas, deps, request)
      const call = { ...read, address: request.ip ?? null } as OpenCall<P, Q, B>
      answer(shape, response, await run(deps, shape, NO_PRACTICE, read, response, (own) => handle(own, call)))
    },
  }
}

const onceOf = (method: Endpoint['method'], writes: Writes = 'in_one_transaction'): Endpoint['once'] =>
  method !== 'post' || writes === 'nothing' ? null : writes

/**
 * Runs the handler, once per key where it takes one, and compares its answer with the schema. Notes on the response when
 * it can no longer be said that nothing was changed.
 */
function run<A>(
  deps: Dependencies,
  { once, answer: { schema } }: Pick<Endpoint, 'once' | 'answer'>,
  practiceId: string,
  { idempotency }: { idempotency: Idempotency | null },
  response: Response,
  handle: (deps: Dependencies) => Promise<Handled<A>>,
): Promise<Handled<A>> {
  const onCommit = () => noteCommit(response)
  const checked = async (own: Dependencies) => {
    const handled = await handle(own)
    if (deps.checksAnswers) schema.parse(handled.body)
    return handled
  }
  if (once !== null) return handleOnce(deps, { practiceId, idempotency, writes: once, onCommit }, checked)
  return checked(withCommitsNoted(deps, onCommit))
}

type Schemas = { params: z.ZodObject; query: z.ZodObject; body: z.ZodObject }

const shapeOf = ({ params, query, body }: Schemas, method: Endpoint['method']) => ({
  params,
  query,
  body: hasBody(method) ? body : null,
})

const hasBody = (method: Endpoint['method']) => method !== 'get' && method !== 'delete'

function answer(
  { answer: { status, mediaType } }: Pick<Endpoint, 'answer'>,
  response: Response,
  { body, location, replayed, etag, headers }: Handled<unknown>,
): void {
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
  { method, path, once, bodyOptional }: Pick<Endpoint, 'method' | 'path' | 'once' | 'bodyOptional'>,
  schemas: Schemas,
  deps: Dependencies,
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
  return {
    params: params.data,
    query: query.data,
    body: body.data,
    idempotency: once === null ? null : idempotencyOf(request, { method, path }, params.data, given, deps),
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
