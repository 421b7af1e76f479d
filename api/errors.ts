import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'
import { Problem } from './problem.ts'

/** Errors of the body parser and the router, by their type, as the problems they are. */
const REQUEST_PROBLEMS: Record<string, [status: number, code: string, detail: string]> = {
  'entity.parse.failed': [400, 'malformed_json', 'The body is not valid JSON.'],
  'charset.unsupported': [415, 'unsupported_media_type', 'Send the body as application/json in UTF-8.'],
  'encoding.unsupported': [415, 'unsupported_media_type', 'Send the body as application/json, plain or gzipped.'],
  'request.aborted': [400, 'aborted', 'The request ended before its body did.'],
  'request.size.invalid': [400, 'malformed_body', 'The body is not as long as its header says.'],
}

/** What PostgreSQL or the way to it says while it cannot serve for a moment. */
const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECTION_LOST',
  'COMMIT_UNKNOWN',
  '40P01',
  '53300',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
])

/** The problem that an error thrown anywhere in a request is answered with. Nothing of our own faults shows. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { type, status, code, expose, limit } = (error ?? {}) as Record<string, unknown>
  if (type === 'entity.too.large') {
    return new Problem(413, 'too_large', `The body is larger than ${Math.floor(Number(limit) / 1024)} kB.`)
  }
  const known = typeof type === 'string' ? REQUEST_PROBLEMS[type] : undefined
  if (known) return new Problem(...known)
  if (error instanceof URIError) return new Problem(400, 'malformed_url', 'The address cannot be decoded.')
  if (typeof status === 'number' && status >= 400 && status < 500 && expose === true) {
    return new Problem(status, 'malformed_body', 'The body cannot be read.')
  }
  if (typeof code === 'string' && UNAVAILABLE.has(code)) {
    const detail = 'Embark is busy or restarting. Nothing was changed. Try again in a moment.'
    return new Problem(503, 'unavailable', detail, { headers: { 'Retry-After': '2' } })
  }
  return new Problem(500, 'internal', '')
}

/** Answers every error as problem+json; our own faults are logged whole and shown by their trace alone. */
export function answerProblems(logger: Logger, metrics: Metrics): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next) => {
    const problem = problemOf(error)
    const trace = String(request.id)
    if (problem.status >= 500) logger.error({ error, trace, code: problem.code }, 'a request failed')
    metrics.refused(problem.code)
    if (response.headersSent) return next(error)
    const detail =
      problem.code === 'internal'
        ? `Something went wrong on our side. Nothing was changed. Reference ${trace}.`
        : problem.message
    response
      .status(problem.status)
      .set(problem.headers)
      .set('Cache-Control', 'no-store')
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: 'about:blank',
          title: STATUS_CODES[problem.status] ?? 'Problem',
          status: problem.status,
          code: problem.code,
          detail,
          trace,
          ...problem.members,
        }),
      )
  }
}

/** Nothing is served under this address. */
export const unknownRoute: RequestHandler = (_request, _response, next) =>
  next(new Problem(404, 'not_found', 'There is nothing under this address.'))

/** The address is served, but not by this method. `allowed` is what it is served by. */
export const wrongMethod =
  (allowed: string[]): RequestHandler =>
  (_request, _response, next) =>
    next(
      new Problem(405, 'method_not_allowed', `This address answers ${allowed.join(', ')}.`, {
        headers: { Allow: allowed.join(', ') },
      }),
    )
