import type { Request } from 'express'
import type { z } from 'zod'
import type { Dependencies } from './dependencies.ts'
import type { Endpoint } from './endpoint.ts'
import { idempotencyOf } from './once.ts'
import { badCursor, notFound, Problem, validationProblem } from './problem.ts'
import { fieldProblems } from './validation.ts'

export type Schemas = { params: z.ZodObject; query: z.ZodObject; body: z.ZodObject }

/** Returns true for the methods that take a body; others refuse one. */
export const hasBody = (method: string): boolean => /^(post|patch|put)$/i.test(method)

/** Reads a request by the endpoint's schemas. Throws a problem for invalid input. */
export function readCall(
  { method, path, once, bodyOptional }: Pick<Endpoint, 'method' | 'path' | 'once' | 'bodyOptional'>,
  schemas: Schemas,
  deps: Dependencies,
  request: Request,
) {
  const params = schemas.params.safeParse(request.params)
  if (!params.success) throw notFound()
  const query = schemas.query.safeParse(request.query)
  if (!query.success) throw queryProblem(query.error, request.query)
  if (!hasBody(method)) {
    demandNoBody(request)
    return { params: params.data, query: query.data, body: {}, idempotency: null, ifMatch: null }
  }
  demandJson(request)
  const takesNone = Object.keys(schemas.body.shape).length === 0
  const given: unknown = request.body ?? (bodyOptional || takesNone ? {} : undefined)
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

/** Returns the problem of an invalid query. A bad cursor has its own code, because cursors are ours. */
function queryProblem(error: z.ZodError, query: unknown): Problem {
  if (error.issues.some((issue) => issue.path[0] === 'cursor')) return badCursor()
  return validationProblem(fieldProblems(error, query))
}

const comesWithBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0

/** Throws a problem for a body of a GET or DELETE, which would otherwise be ignored silently. */
export function demandNoBody(request: Request): void {
  if (!comesWithBody(request)) return
  throw new Problem(400, 'unexpected_body', 'This takes no body. Say it in the address, or leave it out.')
}

function demandJson(request: Request): void {
  if (!comesWithBody(request) || request.body !== undefined) return
  throw new Problem(415, 'unsupported_media_type', 'Send the body as application/json.', {
    headers: { Accept: 'application/json' },
  })
}
