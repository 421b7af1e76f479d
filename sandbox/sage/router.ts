import { createHash } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router } from 'express'
import { type FailureShapes, gate } from '../gate.ts'
import type { Book, BookAccount, BookGrant, Company } from '../ledgers/book.ts'
import { BOOKS, RETURNED_ERRORS } from '../ledgers/books.ts'
import { signInRouter } from '../ledgers/signInPage.ts'
import { bearerToken, formBody, requestText, tokenOperations } from '../requests.ts'
import type { Connections } from '../truelayer/connections.ts'
import type { World } from '../world.ts'

const CODE_LIVES_MS = 60_000
const ACCESS_LIVES_SECONDS = 300
const REFRESH_LIVES_SECONDS = 2_678_400
const PER_SECOND = 10
const LARGEST_PAGE = 200
const KNOWN_TYPES = { bank: 'CHECKING', card: 'CREDIT_CARD' }

/** Answers a refusal: a list of errors. */
function refuse(response: Response, status: number, dataCode: string, message: string): void {
  response.status(status).json([{ $severity: 'error', $dataCode: dataCode, $message: message, $source: '' }])
}

const shapes: FailureShapes = {
  serverError: (response) => refuse(response, 500, 'UnexpectedError', 'An unexpected error occurred.'),
  // Sage names no delay.
  rateLimited: (response) => {
    response.removeHeader('Retry-After')
    response.status(429).type('html').send('<html><body>Too many requests</body></html>')
  },
}

/** Plays Sage Accounting: the sign-in, the tokens and the API v3.1. */
export function sageRouter(world: World, book: Book, bankConnections: Connections): Router {
  const router = Router()
  const signIn = {
    mount: '/sage/login',
    parameters: { filter: 'apiv3.1', scope: 'readonly' },
    unknown: [],
    reaches: 'all' as const,
    faults: [...RETURNED_ERRORS],
    back: (
      choice: { companyId: string | null; email: string; redirectUri: string; challenge: string | null },
      fault: string | null,
    ): Record<string, string> =>
      fault === null
        ? { code: book.newCode({ ...choice, since: world.now() }, 'GB/'), country: 'GB' }
        : { error: fault },
  }
  router.use('/login', signInRouter(world, book, '/oauth2/auth/central', signIn, bankConnections))

  router.post('/identity/token', gate(world, 'sage', tokenOperations, shapes), (request, response) => {
    response.set('Cache-Control', 'no-store')
    const form = formBody(request)
    if (!isOurs(form)) return void response.status(401).json({ error: 'invalid_client' })
    const [, operation = ''] = tokenOperations(request)
    const isDead = world.faults.take('sage', ['token', operation], ['invalid_grant'], requestText(request))
    const grant = isDead ? null : book.exchange(operation, form, { codeMs: CODE_LIVES_MS, graceMs: 0 })
    if (!grant) return void response.status(400).json({ error: 'invalid_grant' })
    response.json({
      access_token: book.newToken('access', grant, ACCESS_LIVES_SECONDS * 1_000),
      scope: 'readonly',
      token_type: 'bearer',
      expires_in: ACCESS_LIVES_SECONDS,
      refresh_token: book.newToken('refresh', grant, REFRESH_LIVES_SECONDS * 1_000),
      refresh_token_expires_in: REFRESH_LIVES_SECONDS,
      requested_by_id: createHash('md5').update(grant.email).digest('hex'),
    })
  })

  router.post('/identity/revoke', gate(world, 'sage', ['revoke'], shapes), (request, response) => {
    const form = formBody(request)
    if (!isOurs(form)) return void response.status(401).json({ error: 'invalid_client' })
    const grant = book.grantOf(form.get('token') ?? '')
    if (!grant) return void response.status(400).json({ error: 'invalid_request' })
    book.end(grant.email, grant.companyId)
    response.json({ success: 'ok' })
  })

  const guard = (operation: string) => [
    gate(world, 'sage', [operation], shapes),
    (request: Request, response: Response, next: NextFunction) => {
      const grant = openGrant(world, book, request, response, operation)
      if (!grant) return
      response.locals.grant = grant
      next()
    },
  ]
  router.get('/api/v3.1/businesses', ...guard('businesses'), (_request, response) => {
    const { email } = response.locals.grant as BookGrant
    const items = book.companies(email).map(({ id, name }) => ({ displayed_as: name, id, $path: `/businesses/${id}` }))
    response.json({
      $total: items.length,
      $page: 1,
      $next: null,
      $back: null,
      $items_per_page: 2147483647,
      $items: items,
    })
  })
  router.get('/api/v3.1/businesses/:id', ...guard('organisation'), (request, response) => {
    const company = businessOf(book, request, response)
    if (!company || company.id !== request.params.id) return refuse(response, 404, 'RecordNotFound', 'Record not found')
    response.json({ id: company.id, name: company.name, displayed_as: company.name, country: { id: 'GB' } })
  })
  router.get('/api/v3.1/bank_accounts', ...guard('accounts'), (request, response) => {
    const company = businessOf(book, request, response)
    if (!company) return refuse(response, 404, 'RecordNotFound', 'Record not found')
    const size = Math.min(LARGEST_PAGE, Number(request.query.items_per_page ?? 20))
    const page = Number(request.query.page ?? 1)
    const shown = company.accounts.slice((page - 1) * size, page * size)
    const isWhole = request.query.attributes === 'all'
    const next = `/bank_accounts?attributes=all&items_per_page=${size}&page=${page + 1}`
    response.json({
      $total: company.accounts.length,
      $page: page,
      $next: page * size < company.accounts.length ? next : null,
      $back: null,
      $items_per_page: size,
      $items: shown.map((account) => accountWire(account, isWhole)),
    })
  })
  router.use((_request, response) => refuse(response, 404, 'RecordNotFound', 'Record not found'))
  return router
}

/** Returns the business of a call; without the header the person's first one, which is silently the wrong client. */
function businessOf(book: Book, request: Request, response: Response): Company | null {
  const { email } = response.locals.grant as BookGrant
  const wanted = request.get('x-business')
  return book.companies(email).find(({ id }) => wanted === undefined || id === wanted) ?? null
}

/** Returns the grant of a call after the checks of token, plan, role and limit; answers and returns null otherwise. */
function openGrant(
  world: World,
  book: Book,
  request: Request,
  response: Response,
  operation: string,
): BookGrant | null {
  const kinds = ['token_expired', 'disconnected', 'role', 'no_subscription', 'html']
  const fault = world.faults.take('sage', [operation], kinds, requestText(request))
  const grant = book.access(bearerToken(request))
  if (typeof grant === 'string' || fault?.kind === 'token_expired') {
    refuse(response, 401, 'AuthorizationFailure', 'The access token is invalid')
    return null
  }
  switch (fault?.kind) {
    case 'no_subscription':
      refuse(response, 401, 'AuthorizationFailure', 'No active subscription (MSE)')
      return null
    case 'role':
      refuse(response, 403, 'MultiUserAccessDenied', 'Your role does not allow this')
      return null
    case 'html':
      response.status(401).type('html').send('<html><body>Unauthorized</body></html>')
      return null
    case 'disconnected':
      book.leave(grant.email, request.get('x-business') ?? '')
      break
  }
  if (world.rates.take(`sage/${request.get('x-business') ?? grant.email}`, PER_SECOND, 1_000).allowed) return grant
  response.status(429).type('html').send('<html><body>Too many requests</body></html>')
  return null
}

function isOurs(form: URLSearchParams): boolean {
  const { clientId, clientSecret } = BOOKS.sage
  return form.get('client_id') === clientId && form.get('client_secret') === clientSecret
}

const accountWire = ({ id, name, sortCode, number, currency, kind, isHidden }: BookAccount, isWhole: boolean) => ({
  id: `${id}aa4d7c1e9b2f4c6d8e0a1b2c3d4e5f`.slice(0, 32),
  displayed_as: `${name} (${number.slice(-4)})`,
  $path: `/bank_accounts/${id}`,
  ...(isWhole && {
    bank_account_type: { id: KNOWN_TYPES[kind as keyof typeof KNOWN_TYPES] ?? kind, displayed_as: kind, $path: '' },
    bank_account_details: { account_name: name, account_number: number, sort_code: sortCode },
    nominal_code: 1200,
    currency: { id: currency, displayed_as: currency, $path: '' },
    balance: '0.0',
    is_active: !isHidden,
    editable: true,
    deletable: false,
  }),
})
