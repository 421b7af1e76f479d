import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Idempotency } from '../db/idempotency.ts'
import type { Membership } from '../db/people/members.ts'
import type { ClientThing, Sight } from '../db/sight.ts'
import type { Actor } from '../domain/events.ts'
import type { Right, Role } from '../domain/rights.ts'
import type { Dependencies } from './dependencies.ts'
import type { SignedIn } from './identity/identity.ts'
import { noPractice, noRight, practiceOnly } from './noRight.ts'
import { handleOnce, type Writes, withCommitsNoted } from './once.ts'
import { problemsOf } from './openapi/problems.ts'
import { noteCommit } from './outcome.ts'
import { Problem } from './problem.ts'
import { hasBody, readCall, type Schemas } from './readCall.ts'
import { type About, demandSight } from './sight.ts'

export type Scope = 'read' | 'write'

/** A caller with their rights: an API key, or a person by their session. */
export type Caller = {
  /** The tenant of all reads and writes; `NO_PRACTICE` for a person who works in none. */
  practiceId: string
  /** False for an account that is no accounting practice: it has no rights at all. */
  isPractice: boolean
  rights: readonly Right[]
  /** The clients visible in lists, counts, reports and notices. */
  sight: Sight
  actor: Actor
  key: { id: string; scopes: Scope[] } | null
  /** The address from which the request came. */
  address: string | null
  staff: (SignedIn & { role: Role | null; addClients: boolean; practices: Membership[] }) | null
}

/** The tenant of a person who works in no practice: nothing belongs to it. */
export const NO_PRACTICE = '00000000-0000-0000-0000-000000000000'

type Call<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> = {
  caller: Caller
  params: z.output<P>
  query: z.output<Q>
  body: z.output<B>
  /** The caller's key, or null. Only handlers that work in steps need it: other answers are stored by key anyway. */
  idempotency: Idempotency | null
  /** The version on which a change is based; null without one. */
  ifMatch: string | null
}

/** A handler's answer; the endpoint has the status. `replayed`: an earlier request with this key made it. */
export type Handled<A> = {
  body: A
  location?: string
  replayed?: boolean
  etag?: string
  headers?: Record<string, string>
}

/** Headers that an answer may add. Every answer to a GET has an `ETag`. */
export type AnswerHeader = 'Content-Disposition' | 'ETag' | 'Location' | 'Set-Cookie'

export type Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType> = {
  method: 'get' | 'post' | 'patch' | 'put' | 'delete'
  /** The path in OpenAPI's syntax, relative to `/api/v1`. */
  path: string
  /** The right that the caller needs; null when every known caller is allowed. */
  right: Right | null
  /** The subject of the endpoint. For a client's thing, named by `id`, a caller without sight of it gets a 404. */
  about: P extends z.ZodObject<{ id: z.ZodType }> ? About : Exclude<About, ClientThing>
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  /** True if the body may be left out. */
  bodyOptional?: boolean
  /** The answer. Its body is text if `mediaType` is not JSON. */
  answer: {
    status: 200 | 201 | 202
    description: string
    schema: A
    mediaType?: 'text/csv'
    /** Headers of the answer besides those of every answer. */
    headers?: readonly AnswerHeader[]
  }
  /** Codes of this endpoint's own problems, by status. */
  problems?: Record<number, string[]>
  /** The way a POST writes. One that writes nothing takes no Idempotency-Key. Default: in one transaction. */
  writes?: Writes
  /** Returns true for a body that only asks for a preview: nothing is stored under its key. */
  isDryRun?: (body: z.output<B>) => boolean
  /** True: requires If-Match with the ETag that was read. `optional`: a change without If-Match is always applied. */
  versioned?: boolean | 'optional'
  handle(deps: Dependencies, call: Call<P, Q, B>): Promise<Handled<z.output<A>>>
}

/** An endpoint as the router and the OpenAPI document use it. */
export type Endpoint = Pick<
  Definition<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType>,
  'method' | 'path' | 'summary' | 'description' | 'bodyOptional' | 'answer' | 'problems' | 'versioned'
> & {
  /** Null for other methods than POST, and for a POST that writes nothing; it then takes no Idempotency-Key. */
  once: Exclude<Writes, 'nothing'> | null
  /** Null: open to everybody, without key or session. */
  access: { scope: Scope; right: Right | null; about: About } | null
  params: z.ZodObject
  query: z.ZodObject
  body: z.ZodObject | null
  handler(deps: Dependencies): RequestHandler
}

/** Returns the caller that `authenticate` stored. */
export const callerOf = (response: Response): Caller => response.locals.caller as Caller

const nothing = z.strictObject({})

/**
 * Creates an endpoint: checks scope and rights, parses, calls the handler, checks the answer and sends it. A key needs
 * the scope `read` for a GET, and `write` for anything else.
 */
export function endpoint<
  A extends z.ZodType,
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
  B extends z.ZodObject = typeof nothing,
>(definition: Definition<P, Q, B, A>): Endpoint {
  const { handle, right, about, isDryRun, ...described } = definition
  const { schemas, shape } = shapeOf(described)
  const scope = definition.method === 'get' ? ('read' as const) : ('write' as const)
  const whole = { ...shape, access: { scope, right, about } }
  return {
    ...whole,
    handler: (deps) =>
      demandDeclaredProblems(deps, whole, async (request, response) => {
        const caller = callerOf(response)
        demandScope(caller, scope)
        if (right !== null && deps.checksRights !== false) await demandRight(deps, caller, right)
        const read = readCall(shape, schemas, deps, request)
        if (deps.checksRights !== false)
          await demandSight(deps, caller, { about, method: definition.method }, read.params.id)
        if (isDryRun?.(read.body as z.output<B>)) read.idempotency = null
        const call = { caller, ...read } as Call<P, Q, B>
        answer(shape, response, await run(deps, shape, caller.practiceId, read, response, (own) => handle(own, call)))
      }),
  }
}

type OpenCall<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> = Omit<Call<P, Q, B>, 'caller'> & {
  address: string | null
}

type OpenDefinition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject, A extends z.ZodType> = Omit<
  Definition<P, Q, B, A>,
  'right' | 'about' | 'writes' | 'isDryRun' | 'handle'
> & {
  /** An open endpoint belongs to no practice, so it cannot run in one practice's transaction. */
  writes?: Exclude<Writes, 'in_one_transaction'>
  /** `address`: the address from which the request came. */
  handle(deps: Dependencies, call: OpenCall<P, Q, B>): Promise<Handled<z.output<A>>>
}

/** Creates an endpoint that is open to everybody, from its schemas and handler, without a caller. */
export function openEndpoint<
  A extends z.ZodType,
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
  B extends z.ZodObject = typeof nothing,
>(definition: OpenDefinition<P, Q, B, A>): Endpoint {
  const { handle, ...described } = definition
  const { schemas, shape } = shapeOf({ writes: 'in_steps', ...described })
  const whole = { ...shape, access: null }
  return {
    ...whole,
    handler: (deps) =>
      demandDeclaredProblems(deps, whole, async (request, response) => {
        const read = readCall(shape, schemas, deps, request)
        const call = { ...read, address: request.ip ?? null } as OpenCall<P, Q, B>
        answer(shape, response, await run(deps, shape, NO_PRACTICE, read, response, (own) => handle(own, call)))
      }),
  }
}

/** Wraps a handler when answers are checked: throws for a problem that the endpoint does not declare. */
function demandDeclaredProblems(
  { checksAnswers }: Dependencies,
  endpoint: Omit<Endpoint, 'handler'>,
  handler: (request: Request, response: Response) => Promise<void>,
): RequestHandler {
  if (!checksAnswers) return handler
  const declared = problemsOf(endpoint)
  return async (request, response) => {
    try {
      await handler(request, response)
    } catch (error) {
      if (!(error instanceof Problem) || declared[error.status]?.includes(error.code)) throw error
      const { method, path } = endpoint
      throw new Error(`${method} ${path} does not declare ${error.status} ${error.code}`, { cause: error })
    }
  }
}

/**
 * Runs the handler, once per key if it takes one, and checks its answer against the schema. Marks the response as soon
 * as something may have been committed.
 */
function run<A>(
  deps: Dependencies,
  { once, answer: { schema, headers: declared = [] } }: Pick<Endpoint, 'once' | 'answer'>,
  practiceId: string,
  { idempotency }: { idempotency: Idempotency | null },
  response: Response,
  handle: (deps: Dependencies) => Promise<Handled<A>>,
): Promise<Handled<A>> {
  const onCommit = () => noteCommit(response)
  const checked = async (own: Dependencies) => {
    const handled = await handle(own)
    if (deps.checksAnswers) {
      schema.parse(handled.body)
      demandDeclared(handled, declared)
    }
    return handled
  }
  if (once !== null) return handleOnce(deps, { practiceId, idempotency, writes: once, onCommit }, checked)
  return checked(withCommitsNoted(deps, onCommit))
}

/** Returns the schemas that read a request, and an endpoint's description apart from who may use it. */
function shapeOf({
  params = nothing,
  query = nothing,
  body = nothing,
  writes = 'in_one_transaction',
  ...described
}: Partial<Schemas> & Omit<Endpoint, keyof Schemas | 'once' | 'access' | 'handler'> & { writes?: Writes }) {
  const { method } = described
  const once: Endpoint['once'] = method !== 'post' || writes === 'nothing' ? null : writes
  const shape = { ...described, params, query, body: hasBody(method) ? body : null, once }
  return { schemas: { params, query, body }, shape }
}

/** Throws when a handler sets a header that its endpoint, and so the OpenAPI document, does not declare. */
function demandDeclared({ location, etag, headers }: Handled<unknown>, declared: readonly AnswerHeader[]): void {
  const set = [...(location ? ['Location'] : []), ...(etag ? ['ETag'] : []), ...Object.keys(headers ?? {})]
  const unknown = set.filter((name) => !declared.some((one) => one === name))
  if (unknown.length > 0) throw new Error(`headers that are not declared: ${unknown.join(', ')}`)
}

function answer(
  { method, answer: { status, mediaType } }: Pick<Endpoint, 'method' | 'answer'>,
  response: Response,
  { body, location, replayed, etag, headers }: Handled<unknown>,
): void {
  if (location) response.location(location)
  // Disables browser caching: the ETag covers the resource, not its embedded relations.
  if (etag) response.set({ ETag: etag, 'Cache-Control': 'private, no-store' })
  if (replayed) response.set('Idempotency-Replayed', 'true')
  response
    .status(status)
    .set(headers ?? {})
    .type(mediaType ?? 'json')
  const text = mediaType ? (body as string) : JSON.stringify(body)
  // Express's `send` adds an ETag, which is useful only for GET, where the next answer may be a 304.
  if (method === 'get') response.send(text)
  else response.end(text)
}

function demandScope({ key }: Caller, scope: Scope): void {
  if (key === null || key.scopes.includes(scope)) return
  throw new Problem(403, 'forbidden', `This API key needs the scope "${scope}".`, { members: { scope } })
}

/** Throws a problem for a caller without the right; it names the people who can give it. */
export async function demandRight(deps: Dependencies, caller: Caller, right: Right): Promise<void> {
  if (caller.rights.includes(right)) return
  if (caller.practiceId === NO_PRACTICE) throw noPractice()
  if (!caller.isPractice) throw practiceOnly()
  throw await noRight(deps, caller.practiceId, right)
}
