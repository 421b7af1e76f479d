import { createHash, randomUUID } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router } from 'express'
import { gate } from '../gate.ts'
import { bearerToken, isType, jsonBody, origin, rawBody, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import { bankById } from './banks.ts'
import type { Connection, Connections } from './connections.ts'
import { answerProblem, Problem, truelayerShapes } from './problem.ts'
import { readConnectionRequest } from './request.ts'

const PAGE_SIZE = 2 // small, so that clients have to follow the cursor
const KEY_KEPT_MS = 24 * 3_600_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** api.truelayer.com, Data v3. */
export function truelayerApiRouter(world: World, connections: Connections): Router {
  const router = Router()
  router.use((_request, response, next) => {
    response.set('Tl-Trace-Id', randomUUID())
    next()
  })

  router.post('/v3/data-connections', ...before(world, 'create'), (request, response) => {
    response.status(201).json(create(world, connections, request))
  })

  router.get('/v3/data-connections/:id', ...before(world, 'status'), (request, response) => {
    const connection = connections.byId(String(request.params.id)) ?? notFound()
    const status = connections.poll(connection, requestText(request))
    const bank = bankById(connection.providerId)
    response.json({
      id: connection.id,
      status,
      created_at: new Date(connection.createdAt).toISOString(),
      user: { id: connection.request.user.id },
      scopes: connection.request.scopes,
      ...(bank && { provider: { provider_id: bank.id, display_name: bank.name } }),
      ...(status === 'failed' && { failure_reason: connection.failureReason }),
      ...(connection.signatory && { pending_reason: 'additional_signatory' }),
    })
  })

  router.get('/v3/data-connections/:id/user-info', ...before(world, 'info'), (request, response) => {
    const connection = connections.byId(String(request.params.id)) ?? notFound()
    usable(connection, 'info')
    response.json({ name: connection.request.user.name, emails: [connection.request.user.email] })
  })

  router.get('/v3/connected-accounts', ...before(world, 'accounts'), (request, response) => {
    const id = request.get('connection-id')
    if (!id) invalid('Connection-Id', 'the header is required')
    const connection = connections.byId(id) ?? notFound()
    usable(connection, 'accounts')
    const offset = offsetOf(request.query.cursor)
    const all = connections.accounts(connection)
    const next = offset + PAGE_SIZE
    response.json({
      items: all.slice(offset, next),
      pagination: { next_cursor: next < all.length ? Buffer.from(`after:${next}`).toString('base64url') : null },
    })
  })

  router.use(() => notFound())
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof Problem) return answerProblem(response, error)
    next(error)
  })
  return router
}

type Handler = (request: Request, response: Response, next: NextFunction) => void

/** Everything that comes before an operation: faults, the application's token, the rate. */
function before(world: World, operation: string): Handler[] {
  return [
    gate(world, 'truelayer', [operation], truelayerShapes),
    (request, response, next) => {
      authenticate(world, request, operation)
      const isUserThere = Boolean(request.get('tl-user-ip'))
      const { perSecond } = world.setup.get().truelayer
      if (!isUserThere && !world.rates.take('truelayer', perSecond, 1_000).allowed) {
        response.set('Retry-After', '1')
        throw new Problem(429, 'Rate Limit Exceeded', 'Too many requests were made without a present user.')
      }
      if (world.faults.take('truelayer', [operation], ['bank_down'], requestText(request))) {
        throw new Problem(502, 'Provider Error', 'The provider returned an error or could not be reached.')
      }
      next()
    },
  ]
}

function authenticate(world: World, request: Request, operation: string): void {
  const token = bearerToken(request)
  const row = token
    ? world.store.row<{ scope: string; expires_at: number }>('SELECT * FROM truelayer_tokens WHERE token = ?', token)
    : undefined
  const expired = world.faults.take('truelayer', [operation], ['token_expired'], requestText(request))
  if (!row || row.expires_at <= world.now() || expired) {
    throw new Problem(401, 'Unauthenticated', 'The access token is missing, invalid or expired.')
  }
  if (!row.scope.split(' ').includes('data')) throw new Problem(403, 'Forbidden', 'The token lacks the data scope.')
}

function create(world: World, connections: Connections, request: Request): object {
  if (!isType(request, 'application/json')) invalid('Content-Type', 'must be application/json')
  const body = jsonBody(request)
  if (body === undefined) invalid('body', 'must be valid JSON')
  const wanted = readConnectionRequest(body, world.setup.get().truelayer.returnUris)
  const key = request.get('idempotency-key')
  if (key !== undefined && !UUID.test(key)) invalid('Idempotency-Key', 'must be a UUID')
  const hash = createHash('sha256').update(rawBody(request)).digest('hex')
  const earlier = key === undefined ? undefined : earlierId(world, key, hash)
  const connection = earlier === undefined ? undefined : connections.byId(earlier)
  const made =
    connection ??
    world.store.transaction(() => {
      const fresh = connections.create(wanted)
      if (key !== undefined) {
        world.store.run(
          "INSERT OR REPLACE INTO idempotency VALUES ('truelayer', ?, ?, 201, ?, ?)",
          key,
          hash,
          JSON.stringify({ id: fresh.id }),
          world.now(),
        )
      }
      return fresh
    })
  return {
    id: made.id,
    status: 'authorization_required',
    user: { id: made.request.user.id },
    hosted_page: { uri: `${origin(request)}/truelayer/app/connections/${made.opaque}` },
  }
}

function earlierId(world: World, key: string, hash: string): string | undefined {
  const row = world.store.row<{ hash: string; response: string; created_at: number }>(
    "SELECT hash, response, created_at FROM idempotency WHERE provider = 'truelayer' AND key = ?",
    key,
  )
  if (!row || world.now() - row.created_at >= KEY_KEPT_MS) return undefined
  if (row.hash !== hash) {
    throw new Problem(422, 'Idempotency Key Reuse', 'The idempotency key was used before with another body.')
  }
  return (JSON.parse(row.response) as { id: string }).id
}

/** Throws Problem unless data may be read: approved, not revoked, and asked for at the start. */
function usable(connection: Connection, scope: string): void {
  if (connection.revoked) throw new Problem(403, 'Forbidden', 'The user has revoked the access.')
  if (connection.status !== 'authorized' || connection.pollsLeft > 0) {
    throw new Problem(400, 'Invalid State', 'The connection is not authorized.')
  }
  if (!connection.request.scopes.includes(scope)) {
    throw new Problem(403, 'Forbidden', `The connection was made without the ${scope} scope.`)
  }
}

function offsetOf(cursor: unknown): number {
  if (cursor === undefined || cursor === '') return 0
  const match = /^after:(\d+)$/.exec(Buffer.from(String(cursor), 'base64url').toString('utf8'))
  return match ? Number(match[1]) : invalid('cursor', 'is not a cursor of this list')
}

function notFound(): never {
  throw new Problem(404, 'Not Found', 'The requested resource does not exist.')
}

function invalid(field: string, text: string): never {
  throw new Problem(400, 'Invalid Parameters', 'One or more fields were invalid. See errors for details.', {
    [field]: [text],
  })
}
