import { randomUUID } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router } from 'express'
import { gate } from '../gate.ts'
import { bearerToken, isType, jsonBody, requestText } from '../requests.ts'
import { isRecord } from '../setup.ts'
import type { World } from '../world.ts'
import type { Account, Organisation, Organisations } from './organisations.ts'
import { answerProblem, ValidationProblem, XeroProblem, xeroShapes } from './problem.ts'
import { grants } from './scopes.ts'
import type { Grant, Tokens } from './tokens.ts'
import { whereFilter } from './where.ts'
import { toXml } from './xml.ts'

const MINUTE_MS = 60_000
const PER_MINUTE = 60
const PER_DAY = 5_000
const APP_PER_MINUTE = 10_000
const AT_ONCE = 5
const READ = 'accounting.settings.read'
const WRITE = 'accounting.settings'

/** api.xero.com: connections and the parts of the accounting API that onboarding needs. */
export function xeroApiRouter(world: World, organisations: Organisations, tokens: Tokens): Router {
  const router = Router()
  const guard = (operation: string) => [
    gate(world, 'xero', [operation], xeroShapes),
    (request: Request, response: Response, next: NextFunction) => {
      response.locals.grant = authenticate(world, tokens, request, operation)
      next()
    },
  ]

  router.get('/connections', ...guard('connections'), (request, response) => {
    const wanted = request.query.authEventId
    const list = organisations
      .connections(grantOf(response).email)
      .filter((connection) => wanted === undefined || connection.authEventId === wanted)
    response.json(
      list.map((connection) => ({
        id: connection.id,
        authEventId: connection.authEventId,
        tenantId: connection.tenantId,
        tenantType: 'ORGANISATION',
        tenantName: connection.tenantName,
        createdDateUtc: dotNetDate(connection.createdAt),
        updatedDateUtc: dotNetDate(connection.updatedAt),
      })),
    )
  })

  router.delete('/connections/:id', ...guard('disconnect'), (request, response) => {
    if (!organisations.disconnect(String(request.params.id), grantOf(response).email)) {
      throw new XeroProblem(404, 'NotFound', 'The connection was not found')
    }
    response.status(204).end()
  })

  const underWay = new Map<string, number>()
  const tenant = (operation: string, scope: string) => [
    (request: Request, response: Response, next: NextFunction) => {
      const id = request.get('xero-tenant-id') ?? ''
      const others = underWay.get(id) ?? 0
      underWay.set(id, others + 1)
      response.once('close', () => underWay.set(id, (underWay.get(id) ?? 1) - 1))
      response.locals.isOneTooMany = others >= AT_ONCE
      next()
    },
    ...guard(operation),
    (request: Request, response: Response, next: NextFunction) => {
      response.locals.organisation = openTenant(world, organisations, request, response, operation, scope)
      next()
    },
  ]

  router.get('/api.xro/2.0/Organisation', ...tenant('organisation', READ), (request, response) => {
    answer(world, request, response, { Organisations: [organisationWire(organisationOf(response))] })
  })

  router.get('/api.xro/2.0/Organisation/Actions', ...tenant('organisation', READ), (request, response) => {
    const names = ['CreateBankAccount', 'UpdateBankAccount', 'CreateApprovedInvoice']
    answer(world, request, response, { Actions: names.map((name) => ({ Name: name, Status: 'ALLOWED' })) })
  })

  router.get('/api.xro/2.0/Accounts', ...tenant('accounts', READ), (request, response) => {
    const where = typeof request.query.where === 'string' ? request.query.where : ''
    const keep = where === '' ? () => true : whereFilter(where)
    if (!keep) {
      response
        .status(400)
        .json({ ErrorNumber: 16, Type: 'QueryParseException', Message: 'The where clause cannot be read' })
      return
    }
    const accounts = organisations.accounts(organisationOf(response).tenantId)
    answer(world, request, response, { Accounts: accounts.filter((account) => keep(account)) })
  })

  router.get('/api.xro/2.0/Accounts/:id', ...tenant('accounts', READ), (request, response) => {
    answer(world, request, response, { Accounts: [accountOf(organisations, request, response)] })
  })

  router.put('/api.xro/2.0/Accounts', ...tenant('accounts', WRITE), (request, response) => {
    const { tenantId } = organisationOf(response)
    const wanted = readNewAccount(organisations.accounts(tenantId), request)
    const account = organisations.addAccount(tenantId, wanted, '')
    answer(world, request, response, { Accounts: [account] })
  })

  router.post('/api.xro/2.0/Accounts/:id', ...tenant('accounts', WRITE), (request, response) => {
    const account = accountOf(organisations, request, response)
    const body = jsonBody(request)
    const change = isRecord(body) && Array.isArray(body.Accounts) ? (body.Accounts[0] as unknown) : body
    const changed = isRecord(change) ? changedAccount(account, change) : account
    organisations.saveAccount(changed)
    answer(world, request, response, { Accounts: [changed] })
  })

  router.use((request) => {
    if (request.path.startsWith('/api.xro/2.0/'))
      throw new XeroProblem(404, 'NotFound', 'The resource you have specified cannot be found')
    throw new XeroProblem(404, 'NotFound', 'The path was not found')
  })
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof XeroProblem || error instanceof ValidationProblem) return answerProblem(response, error)
    next(error)
  })
  return router
}

function authenticate(world: World, tokens: Tokens, request: Request, operation: string): Grant {
  const grant = tokens.access(bearerToken(request))
  if (grant === 'unknown') throw new XeroProblem(401, 'Unauthorized', 'AuthenticationUnsuccessful')
  if (grant === 'expired' || world.faults.take('xero', [operation], ['token_expired'], requestText(request))) {
    throw new XeroProblem(401, 'Unauthorized', 'TokenExpired: token expired at its exp claim')
  }
  if (world.faults.take('xero', [operation], ['insufficient_scope'], requestText(request))) throw insufficientScope()
  return grant
}

/** The organisation a call is about, once the tenant, the scope and the limits are in order. Throws XeroProblem. */
function openTenant(
  world: World,
  organisations: Organisations,
  request: Request,
  response: Response,
  operation: string,
  scope: string,
): Organisation {
  const grant = grantOf(response)
  const tenantId = request.get('xero-tenant-id') ?? ''
  const organisation = organisations.byTenant(tenantId)
  const isCut = world.faults.take('xero', [operation], ['disconnected'], requestText(request)) !== null
  if (isCut || !organisation || !organisations.isConnected(grant.email, tenantId)) {
    throw new XeroProblem(403, 'Forbidden', 'AuthenticationUnsuccessful')
  }
  if (!grants(grant.scope, scope)) throw insufficientScope()
  limit(world, response, tenantId)
  return organisation
}

function limit(world: World, response: Response, tenantId: string): void {
  const minute = world.rates.take(`xero/${tenantId}/minute`, PER_MINUTE, MINUTE_MS)
  const day = world.rates.take(`xero/${tenantId}/day`, PER_DAY, 24 * 60 * MINUTE_MS)
  const app = world.rates.take('xero/app', APP_PER_MINUTE, MINUTE_MS)
  response.set({
    'X-MinLimit-Remaining': String(minute.remaining),
    'X-DayLimit-Remaining': String(day.remaining),
    'X-AppMinLimit-Remaining': String(app.remaining),
  })
  const spent = !minute.allowed ? 'minute' : !day.allowed ? 'day' : !app.allowed ? 'appminute' : null
  const refused = response.locals.isOneTooMany ? 'concurrent' : spent
  if (!refused) return
  const resetMs = refused === 'concurrent' ? 1_000 : { minute, day, appminute: app }[refused].resetMs
  throw new XeroProblem(429, 'Too Many Requests', 'The rate limit was exceeded', {
    'Retry-After': String(Math.ceil(resetMs / 1_000)),
    'X-Rate-Limit-Problem': refused,
  })
}

function insufficientScope(): XeroProblem {
  return new XeroProblem(401, 'Unauthorized', 'AuthenticationUnsuccessful', {
    'WWW-Authenticate': 'Bearer error="insufficient_scope"',
  })
}

function answer(world: World, request: Request, response: Response, content: object): void {
  const body = {
    Id: randomUUID(),
    Status: 'OK',
    ProviderName: 'Embark',
    DateTimeUTC: `/Date(${world.now()})/`,
    ...content,
  }
  // XML is the default: a client that forgets the Accept header must notice here.
  if ((request.get('accept') ?? '').includes('application/json')) response.json(body)
  else response.type('text/xml').send(toXml(body))
}

function readNewAccount(
  existing: Account[],
  request: Request,
): { name: string; number: string; code?: string; currency?: string } {
  const body = isType(request, 'application/json') ? jsonBody(request) : undefined
  if (!isRecord(body) || 'Accounts' in body) throw new ValidationProblem('The account must be one bare object.', {})
  const text = (field: string) => (typeof body[field] === 'string' ? (body[field] as string).trim() : '')
  if (text('Name') === '' || text('Name').length > 150)
    throw new ValidationProblem('Please enter a name of at most 150 characters.', body)
  if (text('Type') !== 'BANK') throw new ValidationProblem('Only accounts of Type BANK can be made here.', body)
  if (text('Description')) throw new ValidationProblem('Description is not valid for bank accounts.', body)
  if (text('BankAccountNumber') === '') throw new ValidationProblem('A bank account number is required.', body)
  if (text('Code').length > 10) throw new ValidationProblem('The code must be at most 10 characters.', body)
  if (existing.some((account) => account.Name === text('Name')))
    throw new ValidationProblem('Please enter a unique Name.', body)
  if (text('Code') && existing.some((account) => account.Code === text('Code'))) {
    throw new ValidationProblem('Please enter a unique Code.', body)
  }
  return {
    name: text('Name'),
    number: text('BankAccountNumber'),
    ...(text('Code') && { code: text('Code') }),
    ...(text('CurrencyCode') && { currency: text('CurrencyCode') }),
  }
}

function changedAccount(account: Account, change: Record<string, unknown>): Account {
  const fields = Object.keys(change).filter((name) => name !== 'AccountID')
  if (change.Status === 'ARCHIVED' && fields.length > 1) {
    throw new ValidationProblem('Status can only be changed on its own.', change)
  }
  const allowed = fields.filter((name) => ['Name', 'Code', 'Status', 'BankAccountNumber'].includes(name))
  return { ...account, ...Object.fromEntries(allowed.map((name) => [name, change[name]])) }
}

function accountOf(organisations: Organisations, request: Request, response: Response): Account {
  const accounts = organisations.accounts(organisationOf(response).tenantId)
  const account = accounts.find((candidate) => candidate.AccountID === request.params.id)
  if (!account) throw new XeroProblem(404, 'NotFound', 'The resource you have specified cannot be found')
  return account
}

function organisationWire(organisation: Organisation): object {
  return {
    OrganisationID: organisation.tenantId,
    Name: organisation.name,
    LegalName: organisation.name,
    OrganisationType: 'COMPANY',
    OrganisationEntityType: 'COMPANY',
    PaysTax: true,
    Version: 'UK',
    BaseCurrency: 'GBP',
    CountryCode: 'GB',
    IsDemoCompany: organisation.name.startsWith('Demo Company'),
    OrganisationStatus: 'ACTIVE',
    FinancialYearEndDay: 31,
    FinancialYearEndMonth: 3,
    Timezone: 'GMTSTANDARDTIME',
    ShortCode: `!${organisation.tenantId.slice(0, 5)}`,
    Class: 'STANDARD',
    Edition: 'BUSINESS',
    CreatedDateUTC: `/Date(${organisation.createdAt}+0000)/`,
    Addresses: [],
    Phones: [],
  }
}

function grantOf(response: Response): Grant {
  return response.locals.grant as Grant
}

function organisationOf(response: Response): Organisation {
  return response.locals.organisation as Organisation
}

/** ISO time as .NET writes it: seven decimals and no zone. */
function dotNetDate(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000')
}
