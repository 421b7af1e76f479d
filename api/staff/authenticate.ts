import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { sha256 } from '../../commands/linkTokens.ts'
import { countHit } from '../../db/rateLimit.ts'
import { resolveApiKey } from '../../db/resolve.ts'
import type { Dependencies } from '../dependencies.ts'
import { type Caller, callerOf } from '../endpoint.ts'
import { Problem } from '../problem.ts'

const MINUTE_MS = 60_000
const TOKEN = /^Bearer +([A-Za-z0-9\-._~+/]{1,200}=*)$/i

function unauthorized(given: boolean): Problem {
  const detail = given
    ? 'This API key is not known, or it was revoked.'
    : 'Send an API key: Authorization: Bearer <key>.'
  const challenge = given ? 'Bearer realm="embark", error="invalid_token"' : 'Bearer realm="embark"'
  return new Problem(401, 'unauthorized', detail, { headers: { 'WWW-Authenticate': challenge } })
}

/** Finds whose key the request carries; without one it ends here. Only the hash of a key is ever looked up. */
export function authenticate({ db }: Dependencies): RequestHandler {
  return async (request, response, next) => {
    const header = request.headers.authorization
    const token = header && TOKEN.exec(header)?.[1]
    if (!token) throw unauthorized(header !== undefined)
    const found = await resolveApiKey(db, sha256(token))
    if (!found) throw unauthorized(true)
    const caller: Caller = {
      practiceId: found.practiceId,
      keyId: found.id,
      scopes: found.scopes,
      actor: { type: 'api_key', id: found.id },
    }
    response.locals.caller = caller
    next()
  }
}

/** At most so many requests a minute per key, counted by all processes together. */
export function limitRate({ db, requestsPerMinute }: Dependencies): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: requestsPerMinute,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator: (_request, response) => `api_key:${callerOf(response).keyId}`,
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
      const at = limited?.resetTime ?? new Date(Date.now() + MINUTE_MS)
      const seconds = Math.max(1, Math.ceil((at.getTime() - Date.now()) / 1000))
      next(
        new Problem(429, 'rate_limited', `Too many requests. Try again at ${at.toISOString()}.`, {
          members: { at: at.toISOString() },
          headers: { 'Retry-After': String(seconds) },
        }),
      )
    },
  })
}
