import { randomUUID } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router } from 'express'
import { answering, gate } from '../gate.ts'
import { bearerToken, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import type { Organisation, Organisations } from './organisations.ts'
import { answerProblem, XeroProblem, xeroShapes } from './problem.ts'
import { grants } from './scopes.ts'
import type { Grant, Tokens } from './tokens.ts'
import { whereFilter } from './where.ts'
import { toXml } from './xml.ts'

const MINUTE_MS = 60_000
const PER_MINUTE = 60
const PER_DAY = 5_000
const APP_PER_MINUTE = 10_000
const MOST_AT_ONCE_PER_TENANT = 5
const READ = 'accounting.settings.read'

/** Plays api.xero.com: connections and the parts of the accounting API that onboarding needs. */
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
  const tenant = (operation: string) => [
    (request: Request, response: Response, next: NextFunction) => {
      const id = request.get('xero-tenant-id') ?? ''
      const others = underWay.get(id) ?? 0
      underWay.set(id, others + 1)
      response.once('close', () => underWay.set(id, (underWay.get(id) ?? 1) - 1))
      response.locals.isOneTooMany = others >= MOST_AT_ONCE_PER_TENANT
      next()
    },
    ...guard(operation),
    (request: Request, response: Response, next: NextFunction) => {
      response.locals.organisation = openTenant(world, organisations, request, response, operation)
      next()
    },
  ]

  router.get('/api.xro/2.0/Organisation', ...tenant('organisation'), (request, response) => {
    answer(world, request, response, { Organisations: [organisationWire(organisationOf(response))] })
  })

  router.get('/api.xro/2.0/Accounts', ...tenant('accounts'), (request, response) => {
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

  router.use((request) => {
    if (request.path.startsWith('/api.xro/2.0/'))
      throw new XeroProblem(404, 'NotFound', 'The resource you have specified cannot be found')
    throw new XeroProblem(404, 'NotFound', 'The path was not found')
  })
  router.use(answering(XeroProblem, answerProblem))
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

/** Returns the organisation of a call, after the checks of tenant, scope and limits. Throws XeroProblem. */
function openTenant(
  world: World,
  organisations: Organisations,
  request: Request,
  response: Response,
  operation: string,
): Organisation {
  const grant = grantOf(response)
  const tenantId = request.get('xero-tenant-id') ?? ''
  const organisation = organisations.byTenant(tenantId)
  const fault = world.faults.take('xero', [operation], ['disconnected', 'refused', 'day_limit'], requestText(request))
  if (fault?.kind === 'disconnected') organisations.disconnectTenant(grant.email, tenantId)
  if (fault?.kind === 'day_limit') throw limited('day', fault.retryAfterSeconds ?? 6 * 3_600)
  // Xero answers the same for a plan, tier or role that forbids the call as for a connection that is gone.
  if (fault?.kind === 'refused' || !organisation || !organisations.isConnected(grant.email, tenantId)) {
    throw new XeroProblem(403, 'Forbidden', 'AuthenticationUnsuccessful')
  }
  if (!grants(grant.scope, READ)) throw insufficientScope()
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
  throw limited(refused, Math.ceil(resetMs / 1_000))
}

function limited(problem: 'minute' | 'day' | 'concurrent' | 'appminute', retryAfterSeconds: number): XeroProblem {
  return new XeroProblem(429, 'Too Many Requests', 'The rate limit was exceeded', {
    'Retry-After': String(retryAfterSeconds),
    'X-Rate-Limit-Problem': problem,
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
  // XML is the default: a client without the Accept header must notice here.
  if ((request.get('accept') ?? '').includes('application/json')) response.json(body)
  else response.type('text/xml').send(toXml(body))
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

/** Returns ISO time in .NET's format: seven decimals and no zone. */
function dotNetDate(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000')
}
