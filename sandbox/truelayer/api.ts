import { randomUUID } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router } from 'express'
import { answering, gate } from '../gate.ts'
import { bearerToken, isType, jsonBody, origin, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import type { Connections } from './connections.ts'
import { answerProblem, Problem, truelayerShapes } from './problem.ts'
import { readConnectionRequest } from './request.ts'

const PAGE_SIZE = 50
const DAY_MS = 24 * 3_600_000
/** Calls a day for one connection that may be made without a person who waits for the answer. */
const CALLS_WITHOUT_USER = 4

/** Plays api.truelayer.com, Data v3: all calls of a client of accounts. No call returns a connection itself. */
export function truelayerApiRouter(world: World, connections: Connections): Router {
  const router = Router()
  router.use((_request, response, next) => {
    response.set('Tl-Trace-Id', randomUUID())
    next()
  })

  router.post('/v3/data-connections', ...before(world, 'create'), (request, response) => {
    if (!isType(request, 'application/json')) invalid('Content-Type', 'must be application/json')
    const body = jsonBody(request)
    if (body === undefined) invalid('body', 'must be valid JSON')
    const { returnUris, returnWithQuery } = world.setup.get().truelayer
    const wanted = readConnectionRequest(body, { uris: returnUris, withQuery: returnWithQuery })
    // Each request creates a connection of its own; equal requests and idempotency keys do not matter.
    const made = connections.create({ ...wanted, origin: origin(request) })
    response.status(201).json({
      id: made.id,
      status: 'authorization_required',
      user: { id: made.request.user.id },
      hosted_page: { uri: `${origin(request)}/truelayer/app/connections/${made.opaque}` },
    })
  })

  router.get('/v3/connected-accounts', ...before(world, 'accounts'), (request, response) => {
    const id = request.get('connection-id')
    if (!id) invalid('Connection-Id', 'the header is required')
    const connection = connections.byId(id) ?? notFound()
    if (!request.get('tl-user-ip') && !world.rates.take(`truelayer ${id}`, CALLS_WITHOUT_USER, DAY_MS).allowed) {
      throw new Problem(429, 'Rate Limit Exceeded', 'Too many requests were made without a present user.')
    }
    if (connection.revoked) throw new Problem(403, 'Forbidden', 'The user has revoked the access.')
    const lags = world.faults.take('truelayer', ['accounts'], ['processing'], requestText(request))
    if (connection.status !== 'authorized' || lags) {
      throw new Problem(400, 'Invalid State', 'The connection is not authorized.')
    }
    if (!connection.request.scopes.includes('accounts')) {
      throw new Problem(403, 'Forbidden', 'The connection was made without the accounts scope.')
    }
    const nameless = world.faults.take('truelayer', ['accounts'], ['no_holder_names'], requestText(request))
    const all = connections
      .accounts(connection)
      .map((account) => (nameless ? { ...account, account_holder_names: [] } : account))
    // Sends a cursor with every full page. The cursor has no effect yet: the next call returns the same page.
    response.json({
      items: all.slice(0, PAGE_SIZE),
      pagination: all.length >= PAGE_SIZE ? { next_cursor: Buffer.from('after:50').toString('base64url') } : {},
    })
  })

  router.use(() => notFound())
  router.use(answering(Problem, answerProblem))
  return router
}

type Handler = (request: Request, response: Response, next: NextFunction) => void

/** Returns the handlers that run before an operation: faults and the application's token. */
function before(world: World, operation: string): Handler[] {
  return [
    gate(world, 'truelayer', [operation], truelayerShapes),
    (request, _response, next) => {
      authenticate(world, request, operation)
      const takes = (kind: string) => world.faults.take('truelayer', [operation], [kind], requestText(request))
      if (takes('bank_down')) {
        throw new Problem(502, 'Provider Error', 'The provider returned an error or could not be reached.')
      }
      if (takes('bank_times_out')) throw new Problem(504, 'Gateway Timeout', 'The provider did not answer in time.')
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

function notFound(): never {
  throw new Problem(404, 'Not Found', 'The requested resource does not exist.')
}

function invalid(field: string, text: string): never {
  throw new Problem(400, 'Invalid Parameters', 'One or more fields were invalid. See errors for details.', {
    [field]: [text],
  })
}
