import { randomBytes, randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { credentials } from '../credentials.ts'
import { isRegistered, lentNumbers, returnAddress } from '../ledgers/lent.ts'
import { formBody, requestText } from '../requests.ts'
import { bankName } from '../truelayer/banks.ts'
import type { Connections } from '../truelayer/connections.ts'
import type { World } from '../world.ts'
import { authoriseErrorPage, consentPage } from './consentPage.ts'
import { inventedAccounts, type Organisations } from './organisations.ts'
import { addScopes, refusedScopes } from './scopes.ts'
import type { Codes } from './tokens.ts'

const AUTHORISE = '/identity/connect/authorize'
const REQUEST_LIVES_MS = 3_600_000
/** The marks of an existing connection that a consent moves, by the fault that is in force. */
const CONSENT_FAULTS: Record<string, 'both' | 'date' | 'nothing'> = {
  old_event: 'date',
  nothing_moves: 'nothing',
  no_event: 'both',
}

type AuthoriseRequest = {
  redirectUri: string
  scope: string
  state: string | null
  nonce: string | null
  challenge: string | null
  query: [name: string, value: string][]
}

/** Plays login.xero.com: the authorise page. `bankConnections` lends account numbers to new organisations. */
export function xeroLoginRouter(
  world: World,
  organisations: Organisations,
  codes: Codes,
  bankConnections: Connections,
): Router {
  const router = Router()

  router.get(AUTHORISE, (request, response) => {
    const read = readAuthorise(world, request)
    if ('error' in read) return void response.status(400).send(authoriseErrorPage(read.error, read.detail))
    const id = randomBytes(18).toString('base64url')
    world.store.run('INSERT INTO xero_requests VALUES (?, ?, ?)', id, JSON.stringify(read), world.now())
    response.set('Cache-Control', 'no-store')
    const wanted = typeof request.query.sandbox_user === 'string' ? request.query.sandbox_user : ''
    show(organisations, bankConnections, response, id, read, wanted, null)
  })

  router.post([`${AUTHORISE}/decide`, '/identity/connect/decide'], (request, response) => {
    const form = formBody(request)
    const id = form.get('request') ?? ''
    const row = world.store.row<{ body: string; created_at: number }>('SELECT * FROM xero_requests WHERE id = ?', id)
    if (!row || world.now() - row.created_at >= REQUEST_LIVES_MS) {
      return void response
        .status(400)
        .send(authoriseErrorPage('invalid_request', 'This page is finished or too old. Start again.'))
    }
    const read = JSON.parse(row.body) as AuthoriseRequest
    if (form.get('action') === 'cancel') {
      world.store.run('DELETE FROM xero_requests WHERE id = ?', id)
      return response.redirect(303, returnAddress(read, { error: 'access_denied' }))
    }
    const email = form.get('user') || credentials.xero.demoUser
    // Any address may sign in: a new one becomes an adviser without organisations.
    if (!organisations.user(email) && /^[^\s@]+@[^\s@]+$/.test(email)) organisations.setUser(email, 'adviser', [])
    const user = organisations.user(email)
    const problem = !user
      ? 'There is no such user.'
      : !organisations.mayConnect(user)
        ? 'Your role in Xero does not allow connecting apps.'
        : form.getAll('organisation').some((tenantId) => !organisations.byTenant(tenantId))
          ? 'There is no such organisation.'
          : form.get('action') !== 'approve'
            ? 'Choose what to do.'
            : null
    if (!user || problem) {
      response.status(422)
      return show(organisations, bankConnections, response, id, read, email, problem)
    }
    const { mostConnections } = world.setup.get().xero
    if (mostConnections > 0 && organisations.countConnections() >= mostConnections) {
      // Xero does not redirect the browser here, even for an organisation that is connected already.
      return response.redirect(303, '/xero/login/connectionLimit')
    }
    const fault = world.faults.take('xero', ['consent'], Object.keys(CONSENT_FAULTS), requestText(request))
    const moves = CONSENT_FAULTS[fault?.kind ?? ''] ?? 'both'
    const code = world.store.transaction(() => {
      world.store.run('DELETE FROM xero_requests WHERE id = ?', id)
      const authEventId = fault?.kind === 'no_event' ? null : randomUUID()
      const scope = addScopes(user.scope, read.scope)
      organisations.setScope(email, scope)
      for (const tenantId of chosen(world, organisations, bankConnections, form, email)) {
        organisations.connect(email, tenantId, authEventId, moves)
      }
      return codes.make({
        email,
        authEventId,
        scope,
        redirectUri: read.redirectUri,
        challenge: read.challenge,
        nonce: read.nonce,
      })
    })
    response.redirect(
      303,
      returnAddress(read, { code, scope: read.scope, session_state: randomBytes(24).toString('base64url') }),
    )
  })

  router.get('/connectionLimit', (_request, response) => {
    const detail = 'This app has reached the number of organisations that its tier allows.'
    response.status(200).send(authoriseErrorPage('connection_limit', detail))
  })

  router.use((_request, response) => {
    response.status(404).send(authoriseErrorPage('not_found', 'There is no such page.'))
  })
  return router
}

function readAuthorise(world: World, request: Request): AuthoriseRequest | { error: string; detail: string } {
  const query = new URLSearchParams(request.originalUrl.split('?')[1] ?? '')
  const redirectUri = query.get('redirect_uri') ?? ''
  if (query.get('client_id') !== credentials.xero.clientId) {
    return { error: 'unauthorized_client', detail: 'Unknown client or client not enabled' }
  }
  if (!isRegistered(redirectUri, world.setup.get().xero.redirectUris)) {
    return { error: 'unauthorized_client', detail: 'Invalid redirect_uri' }
  }
  if (query.get('response_type') !== 'code')
    return { error: 'unsupported_response_type', detail: 'Only code is supported' }
  const scope = query.get('scope')?.trim() ?? ''
  if (scope === '') return { error: 'invalid_request', detail: 'scope is missing' }
  const refused = refusedScopes(scope)
  if (refused.length > 0) return { error: 'invalid_scope', detail: `Invalid scope for client: ${refused.join(' ')}` }
  const challenge = query.get('code_challenge')
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') {
    return { error: 'invalid_request', detail: 'Transform algorithm not supported: only S256 is' }
  }
  if (challenge !== null && !/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    return { error: 'invalid_request', detail: 'Invalid code_challenge' }
  }
  return {
    redirectUri,
    scope,
    state: query.get('state'),
    nonce: query.get('nonce'),
    challenge,
    query: [...query].filter(([name]) => name !== 'sandbox_user'),
  }
}

function chosen(
  world: World,
  organisations: Organisations,
  bankConnections: Connections,
  form: URLSearchParams,
  email: string,
): string[] {
  const tenantIds = form.getAll('organisation').filter(Boolean)
  const name = form.get('new_organisation')?.trim()
  if (name) {
    const fixed = [...form.getAll('bank_account_number'), ...world.setup.get().xero.newOrganisationNumbers]
    const numbers = fixed.length > 0 ? fixed : lentNumbers(bankConnections, form.get('numbers_from') ?? '', name)
    tenantIds.push(organisations.create(name, inventedAccounts(numbers)))
  }
  for (const tenantId of tenantIds) organisations.join(email, tenantId)
  return tenantIds
}

function show(
  organisations: Organisations,
  bankConnections: Connections,
  response: Response,
  requestId: string,
  read: AuthoriseRequest,
  email: string,
  problem: string | null,
): void {
  const user = organisations.user(email) ?? organisations.user(credentials.xero.demoUser)
  if (!user) throw new Error('the demo user is missing')
  response.send(
    consentPage({
      requestId,
      scope: read.scope,
      user,
      users: organisations.users(),
      organisations: organisations.list(user.email),
      connectedTenantIds: organisations.connections(user.email).map((connection) => connection.tenantId),
      mayConnect: organisations.mayConnect(user),
      numbersFrom: bankConnections
        .list(30)
        .filter((connection) => connection.status === 'authorized')
        .map((connection) => ({
          id: connection.id,
          label: `${connection.request.user.name} at ${bankName(connection.providerId)}`,
        })),
      decideUrl: `/xero/login${AUTHORISE}/decide`,
      switchUrl: `/xero/login${AUTHORISE}`,
      switchParameters: read.query,
      problem,
    }),
  )
}
