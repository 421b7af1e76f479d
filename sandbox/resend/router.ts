import { type NextFunction, type Request, type Response, Router } from 'express'
import { credentials } from '../credentials.ts'
import { answering, gate } from '../gate.ts'
import type { Message } from '../messages.ts'
import { bearerToken, isType, jsonBody, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import { answerRefusal, ResendRefusal, resendShapes } from './failure.ts'
import { IdempotencyKeys } from './idempotency.ts'
import { readMail } from './mail.ts'
import { sendMail } from './send.ts'
import { resendCourier } from './webhook.ts'

/** Plays api.resend.com. */
export function resendRouter(world: World): Router {
  const router = Router()
  const keys = new IdempotencyKeys(world)
  world.deliveries.serve('resend', resendCourier(world))

  router.use((request, response, next) => guard(world, request, response, next, keys))

  router.post('/emails', (request, response) => {
    const body = jsonOf(request)
    const answer = once(world, keys, request, response, body, () => {
      const mail = readMail(body)
      return () => ({ id: sendMail(world, mail, request.get('idempotency-key') ?? null, requestText(request)) })
    })
    response.json(answer)
  })

  router.get('/emails', (request, response) => {
    const limit = Math.min(100, Math.max(1, Number(request.query.limit ?? 20) || 20))
    const after = typeof request.query.after === 'string' ? found(world, request.query.after) : null
    const list = world.messages.list({ channel: 'email', limit: limit + 1, ...(after && { before: after.id }) })
    response.json({
      object: 'list',
      has_more: list.length > limit,
      data: list.slice(0, limit).map((message) => {
        const { html: _html, text: _text, ...rest } = wireNow(message)
        return rest
      }),
    })
  })

  router.get('/emails/:id', (request, response) => {
    response.json(wireNow(found(world, request.params.id)))
  })

  router.all(['/emails', '/emails/:id'], () => {
    throw new ResendRefusal(405, 'method_not_allowed', 'Method is not allowed for the requested path.')
  })
  router.use(() => {
    throw new ResendRefusal(404, 'not_found', 'The requested endpoint does not exist.')
  })
  router.use(answering(ResendRefusal, answerRefusal))
  return router
}

/** Checks the idempotency key, general faults, the API key, the rate and refusals, in the real service's order. */
async function guard(
  world: World,
  request: Request,
  response: Response,
  next: NextFunction,
  keys: IdempotencyKeys,
): Promise<void> {
  const sends = request.method === 'POST' && /^\/emails\/?$/.test(request.path)
  const operation = sends ? 'send' : request.method === 'GET' ? 'get' : 'other'
  const key = request.get('idempotency-key')
  if (sends && key !== undefined) {
    keys.check(key)
    const end = keys.begin(key)
    response.locals.endKey = end
    response.once('close', end)
  }
  await gate(
    world,
    'resend',
    [operation],
    resendShapes,
  )(request, response, (error?: unknown) => {
    if (error) return next(error)
    authenticate(request, sends)
    limit(world, response)
    refuse(world, request, operation)
    // Plays a proxy in front of the service: answers HTML instead of an error body.
    if (world.faults.take('resend', [operation], ['html'], requestText(request))) {
      return void response.status(502).type('html').send('<html><body>Bad gateway</body></html>')
    }
    next()
  })
}

const REFUSALS: Record<string, ResendRefusal> = {
  refused: new ResendRefusal(422, 'validation_error', 'The email cannot be accepted.'),
  refused_sender: new ResendRefusal(422, 'invalid_from_address', 'Invalid `from` field.'),
  bad_key: new ResendRefusal(401, 'validation_error', 'API key is invalid'),
  daily_quota: new ResendRefusal(429, 'daily_quota_exceeded', 'You have reached your daily email quota.'),
  resource_locked: new ResendRefusal(409, 'resource_locked', 'The resource is locked. Try again.'),
}

/** Throws the refusal of a fault in force. Runs after the rate check, so that the answer carries the rate headers. */
function refuse(world: World, request: Request, operation: string): void {
  const fault = world.faults.take('resend', [operation], Object.keys(REFUSALS), requestText(request))
  const refusal = fault && REFUSALS[fault.kind]
  if (refusal) throw refusal
}

function authenticate(request: Request, sends: boolean): void {
  if (!request.get('user-agent')) throw new ResendRefusal(403, 'validation_error', 'A User-Agent header is required.')
  if (!request.get('authorization')) {
    throw new ResendRefusal(401, 'missing_api_key', 'Missing API key in the authorization header.')
  }
  const token = bearerToken(request)
  if (token === credentials.resend.sendingKey) {
    if (sends) return
    throw new ResendRefusal(401, 'restricted_api_key', 'This API key is restricted to only send emails.')
  }
  if (token !== credentials.resend.apiKey) {
    throw new ResendRefusal(sends ? 401 : 400, 'validation_error', 'API key is invalid')
  }
}

function limit(world: World, response: Response): void {
  const { perSecond } = world.setup.get().resend
  const answer = world.rates.take('resend', perSecond, 1_000)
  const resetSeconds = String(Math.max(1, Math.ceil(answer.resetMs / 1_000)))
  response.set('ratelimit-limit', String(perSecond))
  response.set('ratelimit-remaining', String(answer.remaining))
  response.set('ratelimit-reset', resetSeconds)
  if (answer.allowed) return
  response.set('retry-after', resetSeconds)
  throw new ResendRefusal(
    429,
    'rate_limit_exceeded',
    `Too many requests. You can only make ${perSecond} requests per second. See rate limit response headers for more information.`,
  )
}

/**
 * Answers a repeated key from memory; otherwise runs the function that `prepare` returns and stores its answer in one
 * transaction. `prepare` validates and may throw a refusal.
 */
function once(
  world: World,
  keys: IdempotencyKeys,
  request: Request,
  response: Response,
  body: unknown,
  prepare: () => () => object,
): unknown {
  const key = request.get('idempotency-key')
  const before = key === undefined ? null : keys.earlier(key, body)
  if (before !== null) return before
  const kept = world.faults.take('resend', ['send'], ['error_kept', 'error_holds'], requestText(request))
  if (kept && key !== undefined) keys.fail(key, kept.kind === 'error_kept' ? body : null)
  if (kept) throw new ResendRefusal(500, 'application_error', 'An unexpected error occurred.')
  const work = prepare()
  const answer = world.store.transaction(() => {
    const made = work()
    if (key !== undefined) keys.remember(key, body, made)
    return made
  })
  // Ends the key here, because the answer may get lost: the same key is now answered from memory.
  if (typeof response.locals.endKey === 'function') response.locals.endKey()
  return answer
}

function jsonOf(request: Request): unknown {
  const body = isType(request, 'application/json') ? jsonBody(request) : undefined
  if (body === undefined) {
    throw new ResendRefusal(
      400,
      'validation_error',
      'The request body must be valid JSON with Content-Type application/json.',
    )
  }
  return body
}

function found(world: World, id: string): Message {
  const message = world.messages.byProviderId(id)
  if (message?.channel !== 'email') throw new ResendRefusal(404, 'not_found', 'Email not found')
  return message
}

function wireNow(message: Message): Record<string, unknown> {
  return { ...message.wire, last_event: message.state }
}
