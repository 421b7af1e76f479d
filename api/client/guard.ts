import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import { countHit } from '../../db/rateLimit.ts'
import type { Dependencies } from '../dependencies.ts'
import { networkOf } from '../network.ts'
import { isUnavailable } from '../unavailable.ts'
import { isTooLarge } from './forms.ts'
import { type Answer, respond } from './respond.ts'

const WINDOW_MS = 60_000
/** Forms sent with one link or session from everywhere: far more than people do, and what a script is slowed to. */
const FORMS_PER_WINDOW = 300
/** Addresses asked for that were never given out, from one place. */
const MISSES_PER_WINDOW = 120

/** Providers a form may lead to. */
export const formOriginsOf = ({ bank, ledger }: Dependencies): string[] => [
  ...new Set([...bank.browserOrigins, ...ledger.browserOrigins]),
]

/** Null, or the page to wait on, when one link's or session's forms come too fast. `key` holds nothing secret. */
export async function tooManyForms(
  { db }: Dependencies,
  key: string,
  zone: string,
  retryHref: string,
): Promise<Answer | null> {
  const { hits, resetsAt } = await countHit(db, `form:${key}`, WINDOW_MS)
  return hits > FORMS_PER_WINDOW ? waitUntil(resetsAt, zone, retryHref) : null
}

/** What an address that was never given out is answered with; guessing is slowed down by where it comes from. */
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
 * Answers errors of client pages: an address that cannot be read is unknown, a body that is too large is a problem as
 * elsewhere, a database that is away is waited for, the rest is our fault, by a reference.
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

/** The page again; after a form, the page that the form was on. */
function retryOf(request: Request): string {
  return request.method === 'GET' ? request.originalUrl : request.path.replace(/^(\/(?:j|connect)\/[^/]+).*$/, '$1')
}
