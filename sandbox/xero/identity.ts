import { type Request, type Response, Router } from 'express'
import { credentials } from '../credentials.ts'
import { gate } from '../gate.ts'
import { basicAuth, formBody, isType, origin, requestText, tokenOperations } from '../requests.ts'
import type { World } from '../world.ts'
import type { Organisations } from './organisations.ts'
import { xeroShapes } from './problem.ts'
import type { Codes, Tokens } from './tokens.ts'

type Answer = Record<string, unknown>

/** Plays identity.xero.com: tokens. */
export function xeroIdentityRouter(world: World, organisations: Organisations, tokens: Tokens, codes: Codes): Router {
  const router = Router()

  router.post('/connect/token', gate(world, 'xero', tokenOperations, xeroShapes), (request, response) => {
    response.set('Cache-Control', 'no-store')
    const problem = clientProblem(request)
    if (problem) return refuse(response, problem)
    const form = formBody(request)
    const [, operation = ''] = tokenOperations(request)
    if (operation === '') return refuse(response, 'unsupported_grant_type')
    if (world.faults.take('xero', ['token', operation], ['invalid_grant'], requestText(request))) {
      return refuse(response, 'invalid_grant')
    }
    const answer = operation === 'code' ? exchange(request, form) : refresh(request, form)
    response.status('error' in answer ? 400 : 200).json(answer)
  })

  /** Returns the tokens for a code, or the error. */
  function exchange(request: Request, form: URLSearchParams): Answer {
    const code = form.get('code')
    const redirectUri = form.get('redirect_uri')
    if (!code || !redirectUri) return { error: 'invalid_request' }
    const grant = codes.redeem(code, redirectUri, form.get('code_verifier'))
    const user = grant && organisations.user(grant.email)
    if (!grant || !user) return { error: 'invalid_grant' }
    return world.store.transaction(() =>
      tokens.issue({ ...grant, userId: user.userId }, issuerOf(request), grant.nonce),
    )
  }

  /** Returns fresh tokens for a refresh token, or the error. */
  function refresh(request: Request, form: URLSearchParams): Answer {
    const token = form.get('refresh_token')
    if (!token) return { error: 'invalid_request' }
    return world.store.transaction(() => {
      const used = tokens.useRefresh(token)
      const user = used && organisations.user(used.email)
      if (!used || !user) return { error: 'invalid_grant' }
      return tokens.issue({ ...used, userId: user.userId, scope: user.scope }, issuerOf(request), null)
    })
  }

  router.use((_request, response) => {
    response.status(404).type('text/plain').send('')
  })
  return router
}

/** Returns the error in the application's sign-in, or null. A web app must use HTTP Basic. */
function clientProblem(request: Request): string | null {
  if (!isType(request, 'application/x-www-form-urlencoded')) return 'invalid_request'
  const basic = basicAuth(request)
  const { clientId, clientSecret } = credentials.xero
  return basic?.name === clientId && basic.password === clientSecret ? null : 'invalid_client'
}

function issuerOf(request: Request): string {
  return `${origin(request)}/xero/identity`
}

function refuse(response: Response, error: string): void {
  response.status(400).json({ error })
}
