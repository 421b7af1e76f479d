import type { Request, RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import { countHit } from '../../db/rateLimit.ts'
import type { Dependencies } from '../dependencies.ts'
import { type Caller, callerOf } from '../endpoint.ts'
import { networkOf } from '../network.ts'
import { Problem } from '../problem.ts'

const MINUTE_MS = 60_000
/** The most requests a minute from one address to open endpoints. */
const OPEN_PER_MINUTE = 30

/** Limits requests a minute per key or person, counted over all processes. */
export function limitByCaller(deps: Dependencies): RequestHandler {
  return limit(deps, deps.requestsPerMinute, (_request, response) => countedAs(callerOf(response)))
}

/** Returns the key under which a caller's requests and streams are counted: the API key, else the person. */
export const countedAs = ({ key, actor }: Caller): string => (key ? `api_key:${key.id}` : `person:${actor.id}`)

/** Limits requests a minute per network, for open endpoints. */
export function limitByAddress(deps: Dependencies): RequestHandler {
  return limit(deps, OPEN_PER_MINUTE, (request) => `open:${networkOf(request.ip)}`)
}

function limit(
  { db }: Dependencies,
  perMinute: number,
  keyGenerator: (request: Request, response: Response) => string,
): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator,
    // The library requires its own helper by name; `networkOf` calls it.
    validate: { keyGeneratorIpFallback: false },
    store: {
      increment: async (key) => {
        const { hits, resetsAt } = await countHit(db, key, MINUTE_MS)
        return { totalHits: hits, resetTime: new Date(resetsAt) }
      },
      decrement: () => {},
      resetKey: () => {},
    },
    handler: (request, _response, next) => {
      const { rateLimit: limited } = request as typeof request & { rateLimit?: { resetTime?: Date } }
      next(rateLimited(limited?.resetTime?.getTime() ?? Date.now() + MINUTE_MS))
    },
  })
}

/** Returns the problem of too many requests; the next one is allowed from `at` (ms). */
export function rateLimited(at: number): Problem {
  const again = new Date(at).toISOString()
  const seconds = Math.max(1, Math.ceil((at - Date.now()) / 1000))
  return new Problem(429, 'rate_limited', `Too many requests. Try again at ${again}.`, {
    members: { at: again },
    headers: { 'Retry-After': String(seconds) },
  })
}
