import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import { countHit } from '../../db/rateLimit.ts'
import type { Dependencies } from '../dependencies.ts'
import { networkOf } from '../network.ts'
import { isUnavailable } from '../unavailable.ts'
import { isTooLarge } from './forms.ts'
import { type Answer, respond } from './respond.ts'

const WINDOW_MS = 60_000
/** The most forms in the window for one link or session: far more than people send, and a limit for scripts. */
const FORMS_PER_WINDOW = 300
/** The most requests for unknown links in the window, from one network. */
const MISSES_PER_WINDOW = 120

/** Returns the providers' origins to which a form may lead. */
export const formOriginsOf = ({ banks, ledgers }: Dependencies): string[] => [
  ...new Set([...banks.all, ...ledgers.all].flatMap(({ browserOrigins }) => browserOrigins)),
]

/** Counts a form of a link or session; returns the waiting page if there are too many. `key` holds no secret. */
export async function tooManyForms(
  { db }: Dependencies,
  key: string,
  zone: string,
  retryHref: string,
): Promise<Answer | null> {
  const { hits, resetsAt } = await countHit(db, `form:${key}`, WINDOW_MS)
  return hits > FORMS_PER_WINDOW ? waitUntil(resetsAt, zone, retryHref) : null
}

/** Returns the answer to an unknown link; limits guessing by network. */
export async function missed({ db }: Dependencies, request: Request): Promise<Answer> {
  const { hits, resetsAt } = await countHit(db, `miss:${networkOf(request.ip)}`, WINDOW_MS)
  return hits > MISSES_PER_WINDOW
    ? waitUntil(resetsAt, 'Europe/London', request.path)
    : { view: { page: 'unknown-link' } }
}

export function waitUntil(tryAt: number, zone: string, retryHref: string): Answer {
  return { view: { page: 'too-many-tries', practice: null, tryAt, zone, retryHref } }
}

/**
 * Creates the error handler of client pages: an unreadable address shows the page for unknown links, a body that is too
 * large is a problem as elsewhere, an unavailable database shows the busy page, and everything else is our fault, with
 * a reference.
 */
export function failedPage(deps: Dependencies) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
    if (response.headersSent || isTooLarge(error)) next(error)
    else if (status >= 400 && status < 500) respond(response, { view: { page: 'unknown-link' } }, [])
    else {
      const trace = String(request.id ?? randomUUID()).slice(0, 36)
      deps.logger.error({ err: error, trace }, 'a client page failed')
      if (isUnavailable(error)) {
        const sent = request.method === 'POST'
        respond(response, { view: { page: 'busy', practice: null, sent, retryHref: retryOf(request) } }, [])
        return
      }
      respond(response, { view: { page: 'our-fault', practice: null, trace, retryHref: retryOf(request) } }, [])
    }
  }
}

/** Returns the same page; after a form, the page that had the form. */
function retryOf(request: Request): string {
  return request.method === 'GET' ? request.originalUrl : request.path.replace(/^(\/(?:j|connect)\/[^/]+).*$/, '$1')
}
