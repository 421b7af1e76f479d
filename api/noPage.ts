import type { ErrorRequestHandler, Request } from 'express'
import { respond } from './client/respond.ts'
import type { Dependencies } from './dependencies.ts'
import { Problem } from './problem.ts'

/** Addresses that people type, with the right ones. */
const ELSEWHERE: Record<string, string> = { '/login': '/sign-in', '/signup': '/sign-up', '/account': '/me/profile' }

/** Answers a browser with a page when an address is unknown; programs, and all of `/api`, get the problem. */
export function noPage(deps: Dependencies): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (!isNoPage(error) || !isBrowser(request) || response.headersSent) return next(error)
    const elsewhere = ELSEWHERE[request.path.replace(/\/$/, '')]
    if (elsewhere) return respond(response, { to: elsewhere }, [])
    const session = await deps.identity.readSession(request.headers).catch(() => null)
    respond(response, { view: { page: 'no-page', signedIn: session !== null && session !== 'ended' } }, [])
  }
}

const isNoPage = (error: unknown): boolean =>
  error instanceof URIError || (error instanceof Problem && (error.status === 404 || error.status === 405))

const isBrowser = (request: Request): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !/^\/api(\/|$)/.test(request.path) &&
  request.accepts(['json', 'html']) === 'html'
