import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'
import { isUntouched } from './outcome.ts'
import { Problem } from './problem.ts'
import { isUnavailable, RETRY_AFTER_SECONDS } from './unavailable.ts'

/** Problems for errors of the body parser and the router, by the error's type. */
const REQUEST_PROBLEMS: Record<string, [status: number, code: string, detail: string]> = {
  'entity.parse.failed': [400, 'malformed_json', 'The body is not valid JSON.'],
  'charset.unsupported': [415, 'unsupported_media_type', 'Send the body as application/json in UTF-8.'],
  'encoding.unsupported': [415, 'unsupported_media_type', 'Send the body as application/json, plain or gzipped.'],
  'request.aborted': [400, 'aborted', 'The request ended before its body did.'],
  'request.size.invalid': [400, 'malformed_body', 'The body is not as long as its header says.'],
}

/** Returns the problem for any error thrown in a request. Details of our own faults are not shown. */
function problemOf(error: unknown, request: Request, response: Response): Problem {
  if (error instanceof Problem) return error
  const { type, status, expose, limit } = (error ?? {}) as Record<string, unknown>
  if (type === 'entity.too.large') {
    return new Problem(413, 'too_large', `The body is larger than ${Math.floor(Number(limit) / 1024)} kB.`)
  }
  const known = typeof type === 'string' ? REQUEST_PROBLEMS[type] : undefined
  if (known) return new Problem(...known)
  if (error instanceof URIError) return new Problem(400, 'malformed_url', 'The address cannot be decoded.')
  if (typeof status === 'number' && status >= 400 && status < 500 && expose === true) {
    return new Problem(status, 'malformed_body', 'The body cannot be read.')
  }
  if (isUnavailable(error)) {
    const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) }
    return isUntouched(error, request, response)
      ? new Problem(503, 'unavailable', `Embark is busy or restarting. ${UNTOUCHED} Try again in a moment.`, {
          headers,
        })
      : new Problem(503, 'outcome_unknown', `Embark is busy or restarting. ${perhaps(request)}`, { headers })
  }
  const outcome = isUntouched(error, request, response) ? UNTOUCHED : perhaps(request)
  return new Problem(500, 'internal', `Something went wrong on our side. ${outcome} Reference ${request.id}.`)
}

const UNTOUCHED = 'Nothing was changed.'

/** Returns the sentence that something may have been changed, and what to do about it. */
const perhaps = (request: Request): string =>
  request.get('Idempotency-Key') === undefined
    ? 'It may have been done all the same: look before you do it again.'
    : 'It may have been done all the same. Send it again with the same Idempotency-Key: nothing is done twice.'

/** Answers every error as problem+json; our own faults are logged completely and shown only by their trace. */
export function answerProblems(logger: Logger, metrics: Metrics): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next) => {
    const trace = String(request.id)
    const problem = problemOf(error, request, response)
    if (problem.status >= 500) logger.error({ error, trace, code: problem.code }, 'a request failed')
    metrics.refused(problem.code)
    if (response.headersSent) return next(error)
    response
      .status(problem.status)
      .set(problem.headers)
      .set('Cache-Control', 'no-store')
      .type('application/problem+json')
      .end(
        JSON.stringify({
          type: 'about:blank',
          title: STATUS_CODES[problem.status] ?? 'Problem',
          status: problem.status,
          code: problem.code,
          detail: problem.message,
          trace,
          ...problem.members,
        }),
      )
  }
}

/** Answers 404 for an address that is not served. */
export const unknownRoute: RequestHandler = (_request, _response, next) =>
  next(new Problem(404, 'not_found', 'There is nothing under this address.'))

/** Answers 405 for an address that is served by other methods (`allowed`). */
export const wrongMethod =
  (allowed: string[]): RequestHandler =>
  (_request, _response, next) =>
    next(methodNotAllowed(allowed))

/** Returns the problem of a request with a method that the address does not allow. */
export const methodNotAllowed = (allowed: string[]): Problem =>
  new Problem(405, 'method_not_allowed', `This address answers ${allowed.join(', ')}.`, {
    headers: { Allow: allowed.join(', ') },
  })
