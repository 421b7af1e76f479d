import { randomBytes } from 'node:crypto'
import { type Response, Router } from 'express'
import { credentials } from '../credentials.ts'
import { gate } from '../gate.ts'
import { formBody, isType, origin } from '../requests.ts'
import type { World } from '../world.ts'
import { catalogue } from './banks.ts'
import { truelayerShapes } from './problem.ts'

const TOKEN_LIVES_SECONDS = 3_600

/** Plays auth.truelayer.com: application tokens and the provider catalogue. */
export function truelayerAuthRouter(world: World): Router {
  const router = Router()

  router.post('/connect/token', gate(world, 'truelayer', ['token'], truelayerShapes), (request, response) => {
    if (!isType(request, 'application/x-www-form-urlencoded')) {
      return refuse(response, 'invalid_request', 'The body must be a form.')
    }
    const form = formBody(request)
    if (form.get('grant_type') !== 'client_credentials') return refuse(response, 'unsupported_grant_type')
    const { clientId, clientSecret } = credentials.truelayer
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
      return refuse(response, 'invalid_client')
    }
    const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean)
    if (scopes.length === 0 || scopes.some((scope) => !['data', 'payments'].includes(scope))) {
      return refuse(response, 'invalid_scope')
    }
    const token = `sandbox.${randomBytes(32).toString('base64url')}`
    const scope = scopes.join(' ')
    world.store.run(
      'INSERT INTO truelayer_tokens VALUES (?, ?, ?)',
      token,
      scope,
      world.now() + TOKEN_LIVES_SECONDS * 1_000,
    )
    response
      .set('Cache-Control', 'no-store')
      .json({ access_token: token, expires_in: TOKEN_LIVES_SECONDS, token_type: 'Bearer', scope })
  })

  router.get('/api/providers', gate(world, 'truelayer', ['providers'], truelayerShapes), (request, response) => {
    const clientId = request.query.clientId ?? request.query.clientid
    if (clientId !== credentials.truelayer.clientId) return refuse(response, 'invalid_client')
    response.json(catalogue(origin(request)))
  })

  router.use((_request, response) => {
    response.status(404).json({ error: 'not_found' })
  })
  return router
}

function refuse(response: Response, error: string, description?: string): void {
  response.status(400).json({ error, ...(description && { error_description: description }) })
}
