import { type NextFunction, type Request, type Response, Router } from 'express'
import { type FailureShapes, gate } from '../gate.ts'
import type { Book, BookAccount, BookGrant, Company } from '../ledgers/book.ts'
import { BOOKS } from '../ledgers/books.ts'
import { signInRouter } from '../ledgers/signInPage.ts'
import { basicAuth, bearerToken, formBody, origin, requestText, tokenOperations } from '../requests.ts'
import type { Connections } from '../truelayer/connections.ts'
import type { World } from '../world.ts'

const CODE_LIVES_MS = 15 * 60_000
const ACCESS_LIVES_SECONDS = 3_600
const REFRESH_LIVES_SECONDS = 631_151_957
const PER_MINUTE = 120
const REFRESHES_PER_MINUTE = 15
const MINUTE_MS = 60_000
const LARGEST_PAGE = 100

const shapes: FailureShapes = {
  serverError: (response) => void response.status(500).json({ errors: { error: { message: 'Something went wrong' } } }),
  rateLimited: (response) => void response.status(429).type('text/plain').send('Too many requests: 120 per 60 seconds'),
}

/** Plays FreeAgent's API, under which its sign-in and its tokens stand too. */
export function freeagentRouter(world: World, book: Book, bankConnections: Connections): Router {
  const router = Router()
  const signIn = {
    mount: '/freeagent/v2',
    parameters: {},
    unknown: ['code_challenge', 'code_challenge_method', 'scope'],
    reaches: 'one' as const,
    faults: [],
    back: (choice: { companyId: string | null; email: string; redirectUri: string }) => ({
      code: book.newCode({ ...choice, since: world.now() }),
    }),
  }
  router.use('/v2', signInRouter(world, book, '/approve_app', signIn, bankConnections))
  router.use('/v2', (request, response, next) => {
    // Node names itself where a client forgets to: that is no application's name.
    const agent = request.get('user-agent') ?? ''
    if (/^(node|undici)?$/.test(agent))
      return void response.status(400).json({ errors: [{ message: 'User-Agent is missing' }] })
    next()
  })

  router.post('/v2/token_endpoint', gate(world, 'freeagent', tokenOperations, shapes), (request, response) => {
    response.set('Cache-Control', 'no-store')
    const basic = basicAuth(request)
    const { clientId, clientSecret } = BOOKS.freeagent
    if (basic?.name !== clientId || basic.password !== clientSecret) {
      return void response.status(401).json({ error: 'invalid_client' })
    }
    const form = formBody(request)
    const [, operation = ''] = tokenOperations(request)
    // A refusal for haste uses no token up.
    const who = operation === 'refresh' ? book.grantOf(form.get('refresh_token') ?? '') : null
    if (who && !world.rates.take(`freeagent/${who.email}/refreshes`, REFRESHES_PER_MINUTE, MINUTE_MS).allowed) {
      return limited(response)
    }
    const isDead = world.faults.take('freeagent', ['token', operation], ['invalid_grant'], requestText(request))
    const grant = isDead ? null : book.exchange(operation, form, { codeMs: CODE_LIVES_MS, graceMs: 0 })
    if (!grant) return void response.status(400).json({ error: 'invalid_grant' })
    const isBrief = world.faults.take('freeagent', ['token', operation], ['brief'], requestText(request))
    const seconds = isBrief ? 600 : ACCESS_LIVES_SECONDS
    response.json({
      access_token: book.newToken('access', grant, seconds * 1_000),
      token_type: 'bearer',
      expires_in: seconds,
      refresh_token: book.newToken('refresh', grant, REFRESH_LIVES_SECONDS * 1_000),
      refresh_token_expires_in: REFRESH_LIVES_SECONDS,
    })
  })

  const guard = (operation: string) => [
    gate(world, 'freeagent', [operation], shapes),
    (request: Request, response: Response, next: NextFunction) => {
      const company = openCompany(world, book, request, response, operation)
      if (!company) return
      response.locals.company = company
      next()
    },
  ]
  router.get('/v2/company', ...guard('organisation'), (request, response) => {
    response.json({ company: companyWire(response.locals.company as Company, `${origin(request)}/freeagent/v2`) })
  })
  router.get('/v2/bank_accounts', ...guard('accounts'), (request, response) => {
    const base = `${origin(request)}/freeagent/v2`
    const { accounts } = response.locals.company as Company
    const standard = accounts.filter(({ kind }) => request.query.view !== 'standard_bank_accounts' || kind === 'bank')
    const size = Math.min(LARGEST_PAGE, Number(request.query.per_page ?? 25))
    const page = Number(request.query.page ?? 1)
    const shown = standard.slice((page - 1) * size, page * size)
    const isForeign = world.faults.take('freeagent', ['accounts'], ['foreign_link'], requestText(request))
    if (page * size < standard.length || isForeign) {
      const host = isForeign ? 'http://elsewhere.example' : base
      response.set(
        'Link',
        `<${host}/bank_accounts?view=standard_bank_accounts&per_page=${size}&page=${page + 1}>; rel="next"`,
      )
    }
    response.set('X-Total-Count', String(standard.length))
    response.json({ bank_accounts: shown.map((account) => accountWire(account, base)) })
  })
  router.use(
    (_request, response) => void response.status(404).json({ errors: { error: { message: 'Resource not found' } } }),
  )
  return router
}

/** Returns the company of a call, after the checks of token, level and limit; answers and returns null otherwise. */
function openCompany(
  world: World,
  book: Book,
  request: Request,
  response: Response,
  operation: string,
): Company | null {
  const kinds = ['token_expired', 'disconnected', 'level']
  const fault = world.faults.take('freeagent', [operation], kinds, requestText(request))
  const grant = book.access(bearerToken(request))
  if (typeof grant === 'string' || fault?.kind === 'token_expired') return unauthorised(response)
  if (fault?.kind === 'disconnected') {
    book.end(grant.email, grant.companyId)
    return unauthorised(response)
  }
  if (fault?.kind === 'level') {
    response.status(403).json({ errors: [{ message: 'Your access level does not allow this' }] })
    return null
  }
  if (!world.rates.take(`freeagent/${grant.email}`, PER_MINUTE, MINUTE_MS).allowed) {
    limited(response)
    return null
  }
  return companyOf(book, grant)
}

const companyOf = (book: Book, { companyId }: BookGrant): Company => {
  const company = companyId === null ? null : book.company(companyId)
  if (!company) throw new Error('the company of a grant is gone')
  return company
}

function unauthorised(response: Response): null {
  response.status(401).json({ errors: { error: { message: 'Access token not recognised' } } })
  return null
}

function limited(response: Response): void {
  response.status(429).set('Retry-After', '60').type('text/plain').send('Too many requests: 120 per 60 seconds')
}

const companyWire = ({ id, name, registrationNumber }: Company, base: string) => ({
  url: `${base}/company`,
  id: Number(id),
  name,
  subdomain: name.toLowerCase().replace(/[^a-z0-9]/g, ''),
  type: 'UkLimitedCompany',
  currency: 'GBP',
  company_registration_number: registrationNumber ?? '',
  country: 'United Kingdom',
})

const accountWire = ({ id, name, sortCode, number, currency, kind, isHidden }: BookAccount, base: string) => ({
  url: `${base}/bank_accounts/${id}`,
  type: kind === 'bank' ? 'StandardBankAccount' : 'CreditCardAccount',
  name,
  opening_balance: '0.0',
  currency,
  is_personal: false,
  is_primary: id === '35',
  status: isHidden ? 'hidden' : 'active',
  bank_name: '',
  sort_code: sortCode,
  account_number: number,
  current_balance: '0.0',
})
