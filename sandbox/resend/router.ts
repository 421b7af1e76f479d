import { type NextFunction, type Request, type Response, Router } from 'express'
import { credentials } from '../credentials.ts'
import { gate } from '../gate.ts'
import type { Message } from '../messages.ts'
import { bearerToken, isType, jsonBody, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import { answerRefusal, ResendRefusal, resendShapes } from './failure.ts'
import { IdempotencyKeys } from './idempotency.ts'
import { type AcceptedMail, readMail, scheduled } from './mail.ts'
import { plan, sendMail } from './send.ts'
import { resendCourier } from './webhook.ts'

const MOST_IN_BATCH = 100

/** api.resend.com. */
export function resendRouter(world: World): Router {
  const router = Router()
  const keys = new IdempotencyKeys(world)
  world.deliveries.serve('resend', resendCourier(world))

  router.use((request, response, next) => guard(world, request, response, next, keys))

  router.post('/emails', (request, response) => {
    const body = jsonOf(request)
    const answer = once(world, keys, request, response, body, () => {
      const mail = readMail(body, { inBatch: false, now: world.now() })
      return () => ({ id: sendMail(world, mail, request.get('idempotency-key') ?? null, requestText(request)) })
    })
    response.json(answer)
  })

  router.post('/emails/batch', (request, response) => {
    const body = jsonOf(request)
    const answer = once(world, keys, request, response, body, () => {
      const { mails, errors } = readBatch(world, request, body)
      return () => {
        const key = request.get('idempotency-key') ?? null
        const data = mails.map(({ mail, text }) => ({ id: sendMail(world, mail, key, text) }))
        return errors ? { data, errors } : { data }
      }
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

  router.patch('/emails/:id', (request, response) => {
    const message = waiting(found(world, request.params.id))
    const body = jsonOf(request) as { scheduled_at?: unknown }
    const at = scheduled(body.scheduled_at, world.now())
    world.store.transaction(() => {
      world.deliveries.cancel(message.id)
      world.messages.rewrite({ ...message, wire: { ...message.wire, scheduled_at: new Date(at).toISOString() } })
      const waitMs = Math.max(0, at - world.now())
      plan(world, message.id, 'sent', waitMs)
      plan(world, message.id, 'delivered', waitMs + world.setup.get().resend.deliverAfterMs)
    })
    response.json({ object: 'email', id: message.providerId })
  })

  router.post('/emails/:id/cancel', (request, response) => {
    const message = waiting(found(world, request.params.id))
    world.store.transaction(() => {
      world.deliveries.cancel(message.id)
      world.messages.setState(message.id, 'canceled', null, null)
    })
    response.json({ object: 'email', id: message.providerId })
  })

  router.get('/domains', (_request, response) => {
    response.json({
      object: 'list',
      has_more: false,
      data: [{ id: 'sandbox', name: credentials.resend.domain, status: 'verified' }],
    })
  })

  router.all(['/emails', '/emails/batch', '/emails/:id', '/emails/:id/cancel', '/domains'], () => {
    throw new ResendRefusal(405, 'method_not_allowed', 'Method is not allowed for the requested path.')
  })
  router.use(() => {
    throw new ResendRefusal(404, 'not_found', 'The requested endpoint does not exist.')
  })
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof ResendRefusal) return answerRefusal(response, error.status, error.code, error.message)
    next(error)
  })
  return router
}

/** Faults, then the key, then the rate: in the order in which the real service would notice them. */
async function guard(
  world: World,
  request: Request,
  response: Response,
  next: NextFunction,
  keys: IdempotencyKeys,
): Promise<void> {
  const sends = request.method === 'POST' && /^\/emails(\/batch)?\/?$/.test(request.path)
  const operation = sends
    ? request.path.includes('batch')
      ? 'batch'
      : 'send'
    : request.method === 'GET'
      ? 'get'
      : 'other'
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
    next()
  })
}

const REFUSALS: Record<string, ResendRefusal> = {
  refused: new ResendRefusal(422, 'validation_error', 'The email cannot be accepted.'),
  refused_sender: new ResendRefusal(422, 'invalid_from_address', 'Invalid `from` field.'),
  bad_key: new ResendRefusal(401, 'validation_error', 'API key is invalid'),
}

/** Refuses a request after it was counted against the rate, as the real service does: its limits stand in the answer. */
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
  if (token !== credentials.resend.apiKey) throw new ResendRefusal(403, 'invalid_api_key', 'API key is invalid.')
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

/** `prepare` checks and may refuse; what it returns does the work, in one transaction with the key's memory. */
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
  const work = prepare()
  const answer = world.store.transaction(() => {
    const made = work()
    if (key !== undefined) keys.remember(key, body, made)
    return made
  })
  // Done, although the answer may get lost on its way: the same key is now answered from memory.
  if (typeof response.locals.endKey === 'function') response.locals.endKey()
  return answer
}

type Batch = { mails: { mail: AcceptedMail; text: string }[]; errors: { index: number; message: string }[] | null }

function readBatch(world: World, request: Request, body: unknown): Batch {
  if (!Array.isArray(body)) throw new ResendRefusal(422, 'validation_error', 'The body must be an array of emails.')
  if (body.length < 1 || body.length > MOST_IN_BATCH) {
    throw new ResendRefusal(422, 'validation_error', `A batch holds between 1 and ${MOST_IN_BATCH} emails.`)
  }
  const mode = request.get('x-batch-validation') ?? 'strict'
  if (mode !== 'strict' && mode !== 'permissive') {
    throw new ResendRefusal(422, 'invalid_parameter', 'x-batch-validation must be strict or permissive.')
  }
  const mails: Batch['mails'] = []
  const errors: { index: number; message: string }[] = []
  for (const [index, item] of (body as unknown[]).entries()) {
    try {
      const mail = readMail(item, { inBatch: true, now: world.now() })
      mails.push({ mail, text: JSON.stringify(item) })
    } catch (error) {
      if (mode === 'strict' || !(error instanceof ResendRefusal)) throw error
      errors.push({ index, message: error.message })
    }
  }
  return { mails, errors: mode === 'permissive' ? errors : null }
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

function waiting(message: Message): Message {
  if (message.state === 'scheduled') return message
  throw new ResendRefusal(422, 'validation_error', 'Only scheduled emails that were not sent yet can be changed.')
}

function wireNow(message: Message): Record<string, unknown> {
  return { ...message.wire, last_event: message.state }
}
